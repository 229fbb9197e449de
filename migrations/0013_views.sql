-- The lists of tickets that somebody has given a name, each person's own.
create table views (
    username text not null,
    name text not null,
    -- What the list is narrowed to, as JSON.
    narrowed text not null,
    primary key (username, name)
);
