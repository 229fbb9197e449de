-- What people changed. Nothing changes or removes a row of it; each is chained to the one before by its hash.
create table trail (
    -- 1, 2, 3 … without a gap.
    id bigint primary key,
    at bigint not null,
    actor text not null,
    address text,
    action text not null,
    object text not null,
    -- The fields that changed, as JSON objects of texts.
    before text not null,
    after text not null,
    -- SHA-256, in hexadecimal, over the JSON array of the last row's hash and the columns above in this order.
    hash text not null
);
