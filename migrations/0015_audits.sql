-- Audits, each from when it was asked for.
create table audit_cycles (
    id bigint primary key,
    -- schedule, machine or person.
    origin text not null,
    -- A username, where a person asked for it.
    asked_by text,
    asked_at bigint not null,
    -- From when on its evidence is; null before its checks run.
    began_at bigint,
    ended_at bigint,
    -- Whether it has yet to judge.
    running boolean not null,
    domains bigint not null,
    -- Over the domains that have a score.
    mean bigint
);

create unique index one_running_audit on audit_cycles (running) where running;
create index audit_cycles_by_end on audit_cycles (ended_at);

-- What each domain was worth in each audit that has judged.
create table scorecards (
    cycle bigint not null references audit_cycles (id) on delete cascade,
    -- 1, 2, 3 …, the worst first.
    nth bigint not null,
    domain text not null references domains (name) on delete cascade,
    tenant text,
    -- From 0 to 100; null where no check applied.
    score bigint,
    -- The whole of it as JSON: the points of each group of checks, and what it lacks.
    body text not null,
    primary key (cycle, nth)
);

create unique index scorecards_by_domain on scorecards (domain, cycle);

insert into counters (name, value) values ('audits', 0);
