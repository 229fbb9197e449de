-- Runs that said the same in a row stand in one row: `times` of them, the first `at`, the last `until`.
alter table runs add column until bigint not null default 0;
alter table runs add column times bigint not null default 1;
update runs set until = at;

-- What became of a UTC day's runs: how many of each check were in each state.
create table days (
    domain text not null references domains (name) on delete cascade,
    -- Its midnight.
    at bigint not null,
    -- `check:count letter…` separated by spaces, as in `imap_cert_san_993:280o8f`.
    tallies text not null,
    primary key (domain, at)
);

-- Each change of a check's state, for longer than the events are streamed.
create table changes (
    domain text not null references domains (name) on delete cascade,
    -- That of the event.
    id bigint not null,
    check_id text not null,
    at bigint not null,
    before_state text,
    state text not null,
    code text not null,
    -- As much of the evidence as its message needs.
    body text not null,
    primary key (domain, id)
);
