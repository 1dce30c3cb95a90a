CREATE VIEW private.stg_events AS
-- One row an event; names of judges and numbers of cases are not read at all.
SELECT
    person_id,
    date,
    event_type,
    outcome
FROM source.court__events;
