-- Somebody else set the password: until it is changed, its user may do nothing else.
alter table users add column must_change_password boolean not null default false;
-- The one token that outlives the last raise of the version: the one that the user changed the password with.
alter table users add column kept_token text;

-- Logins tried in the last minutes, of any outcome.
create table tries (
    -- An address (`net:198.51.100.7`, `net:2001:db8::` for its /64) or an account (`user:root`).
    who text primary key,
    since bigint not null,
    count bigint not null
);

create index tries_since on tries (since);
