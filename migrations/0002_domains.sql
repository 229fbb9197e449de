create table domains (
    name text primary key,
    site text not null,
    tenant text,
    mail_host text not null,
    aliases text not null
);
