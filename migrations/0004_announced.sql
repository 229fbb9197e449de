-- A fault that lasted several runs was announced; its end was not yet.
alter table steps add column announced boolean not null default false;
