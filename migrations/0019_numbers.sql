-- The last number that was given of each kind. Those of events and webhooks stand in their rows: written into counters
-- too, they would cost each batch of a storm a statement. There they stand once their rows are forgotten.
create view numbers as
select name, max(value) as value
from (
    select name, value from counters
    union all
    select 'events', max(id) from events
    union all
    select 'deliveries', max(id) from deliveries
) as given
group by name;
