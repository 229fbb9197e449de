-- What is known of each domain's present onboarding, from which follows where it stands. What happened step by step
-- is in deliveries.
create table onboarding (
    domain text primary key,
    tenant text,
    -- When the wizard began, where it said so.
    started_at bigint,
    -- The steps in their order, as a JSON array, each with when it was met first.
    met text not null,
    -- When any step was last heard of, be it again.
    stepped_at bigint,
    -- The last failure, why, and the number of its ticket.
    failed_at bigint,
    why text,
    ticket bigint,
    completed_at bigint,
    -- The last event.
    delivery bigint not null
);

-- A webhook of another type costs nothing here.
create index deliveries_of_onboarding on deliveries (domain, id)
    where type in ('onboard.started', 'onboard.step', 'onboard.completed', 'onboard.failed');
