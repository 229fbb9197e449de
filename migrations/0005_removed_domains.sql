-- The domains that people removed: the configuration, which only seeds, does not bring them back.
create table removed_domains (
    name text primary key
);
