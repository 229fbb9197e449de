-- What integrations prove themselves by since the Desk made it anew; sealed, since a signature is checked with the
-- secret itself. An integration that has no row here has what desk.toml says.
create table credentials (
    integration text not null,
    -- secret, url_key
    credential text not null,
    -- What desk.toml said when it was rotated: a keyed digest. Where it says something else now, that counts.
    configured text not null,
    sealed text not null,
    -- The one before, while it counts as well.
    previous text,
    rotated_at bigint not null,
    rotated_by text not null,
    -- When senders showed the new one first and last, and the previous one last.
    first_used_at bigint,
    used_at bigint,
    previous_used_at bigint,
    primary key (integration, credential)
);

-- Tells whether a program seals with the same key as the Desk that serves.
create table seals (
    id bigint primary key,
    mark text not null
);
