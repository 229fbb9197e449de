create table users (
    username text primary key,
    role text not null,
    password_hash text not null,
    active boolean not null,
    -- Raised by whatever ends a user's tokens and sessions; both carry the version that they were made with.
    version bigint not null,
    created_at bigint not null
);

create table revoked_tokens (
    jti text primary key,
    expires_at bigint not null
);

create table sessions (
    -- SHA-256 of the cookie's value: who reads the database cannot log in with it.
    id text primary key,
    data text not null,
    expires_at bigint not null
);
