-- The other 64 bits of what a repeat is known by. The index has 64, which whoever chooses ids could make two of fall
-- together; 128 they cannot. Null: from before, when 64 had to do.
alter table deliveries add column dedup_rest bigint;
