{{ config(protection='persona_events', personas=ref('personas')) }}
SELECT
    person_id,
    date,
    event_type,
    outcome
FROM {{ ref('stg_events') }}
