-- Each leaf that a check has seen.
create table certificates (
    -- SHA-256 of its DER, in hexadecimal.
    sha256 text primary key,
    not_after bigint not null,
    first_seen bigint not null,
    -- Its facts as JSON.
    body text not null
);

-- Where a check saw it last. What is seen is written with the evidence, when that changes.
create table sightings (
    domain text not null references domains (name) on delete cascade,
    check_id text not null,
    -- `served` at an address, in a `file` of a host, or `issued`: in the site's lineage.
    place text not null,
    location text not null,
    sha256 text not null,
    primary key (domain, check_id, place)
);

create index sightings_of on sightings (sha256);

-- The next run writes all evidence anew, and with it what was seen.
update steps set digest = '';
