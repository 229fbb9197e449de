-- One ticket for each fault.
create table tickets (
    number bigint primary key,
    id text not null unique,
    -- What a report joins it by; null where a person opened it.
    fault text,
    kind text not null,
    domain text,
    tenant text,
    subject text not null,
    status text not null,
    -- Whether the fault still has this ticket: open, in_progress or waiting.
    live boolean not null,
    priority text not null,
    assigned_to text,
    occurrences bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    last_seen_at bigint not null,
    version bigint not null,
    -- The integration that reported it first, where it was not the Desk's own checks.
    reported_by text,
    -- What the checks saw when they were red, as a JSON array.
    seen text not null,
    green_runs bigint not null,
    is_deployed boolean not null,
    resolved_at bigint,
    -- How many lines its time line has.
    lines bigint not null,
    -- The newest of the deliveries that it stands on.
    last_report bigint
);

create unique index one_live_ticket_per_fault on tickets (fault) where live;
create index tickets_by_fault on tickets (fault, number);
create index tickets_by_live_domain on tickets (domain) where live;
create index tickets_by_live on tickets (live, number);
create index tickets_by_status on tickets (status, number);
create index tickets_by_priority on tickets (priority, number);
create index tickets_by_assigned_to on tickets (assigned_to, number);
create index tickets_by_domain on tickets (domain, number);
create index tickets_by_kind on tickets (kind, number);

-- What happened to a ticket; the reports that it stands on are in deliveries.
create table timeline (
    ticket bigint not null references tickets (number) on delete cascade,
    -- 1, 2, 3 … in the order in which it was written.
    nth bigint not null,
    at bigint not null,
    -- A username; null where the Desk did it by itself.
    who text,
    -- A moment as JSON.
    what text not null,
    primary key (ticket, nth)
);

insert into counters (name, value) values ('tickets', 0);
