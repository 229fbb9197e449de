-- No row, ever: what a writer takes for a new webhook and is none cannot be put here, and ends its transaction.
create table taken_for_new (
    id bigint check (false)
);
