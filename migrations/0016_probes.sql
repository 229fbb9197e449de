-- What is written, and removed again, to find out whether a disk that was full takes the longest webhook now.
create table probes (
    id bigint primary key,
    body text not null
);
