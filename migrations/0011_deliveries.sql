-- Webhooks as they came in, and what the Desk's own checks reported.
create table deliveries (
    id bigint primary key,
    -- Its name; `desk` for the Desk's own checks.
    integration text not null,
    -- The event's type, such as infra.mail_tls.failed; empty where it could not be read.
    type text not null,
    received_at bigint not null,
    occurred_at bigint,
    -- accepted, rejected, or ignored where nothing follows from it.
    state text not null,
    -- Why it was rejected.
    why text,
    domain text,
    -- The number of the ticket that it opened or joined.
    ticket bigint,
    -- The report of the same ticket before this one. A chain costs a storm nothing; an index by ticket would have
    -- each report rewrite a page of its own.
    earlier bigint,
    -- What a repeat is known by, as 64 bits of its digest: the sender's id, else the bytes. Null where nothing repeats it.
    dedup bigint,
    -- The body, as text; what is no UTF-8 is replaced.
    body text not null
);

create index deliveries_by_dedup on deliveries (dedup) where dedup is not null;
create index deliveries_by_integration on deliveries (integration, id);
create index deliveries_by_type on deliveries (type, id);
create index deliveries_by_time on deliveries (received_at);

-- The last certificate that was reported as deployed for each domain, watched or not.
create table deployments (
    domain text primary key,
    delivery bigint not null,
    at bigint not null,
    integration text not null,
    expires_at bigint,
    serial text
);

insert into counters (name, value) values ('deliveries', 0);
