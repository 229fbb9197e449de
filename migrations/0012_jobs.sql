-- What is still to be done because of what was committed with it, and what came to nothing.
create table jobs (
    id bigint primary key,
    -- Which code does it, as `hook`.
    name text not null,
    -- Whom it waits behind: a slow receiver holds up its own lane, and no other.
    lane text not null,
    -- What it is about, for people.
    about text not null,
    -- What is needed to do it, as JSON.
    body text not null,
    created_at bigint not null,
    -- When it is to be tried next; null: it was given up.
    due_at bigint,
    tries bigint not null,
    tried_at bigint,
    -- Why the last try came to nothing.
    error text
);

create index jobs_by_lane on jobs (lane, due_at, id) where due_at is not null;
create index jobs_by_time on jobs (due_at) where due_at is not null;
create index dead_jobs on jobs (id) where due_at is null;

insert into counters (name, value) values ('jobs', 0);
