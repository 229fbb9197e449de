-- The latest answer of each check for each domain.
create table steps (
    domain text not null references domains (name) on delete cascade,
    check_id text not null,
    state text not null,
    code text not null,
    checked_at bigint not null,
    duration_ms bigint not null,
    since bigint not null,
    streak bigint not null,
    -- When the leaf that was seen expires.
    expires_at bigint,
    -- SHA-256 of the evidence: whether it has to be written again.
    digest text not null,
    primary key (domain, check_id)
);

-- Apart from the steps, because it is long and seldom changes: every run rewrites its steps' rows, and the board reads them all.
create table evidence (
    domain text not null references domains (name) on delete cascade,
    check_id text not null,
    body text not null,
    primary key (domain, check_id)
);

-- Every run, for the strips of the last hours.
create table runs (
    domain text not null references domains (name) on delete cascade,
    at bigint not null,
    -- `check:letter` separated by spaces.
    states text not null,
    primary key (domain, at)
);

-- What happened, in the order in which it was committed.
create table events (
    id bigint primary key,
    at bigint not null,
    body text not null
);

create table counters (
    name text primary key,
    value bigint not null
);

insert into counters (name, value) values ('events', 0);
