{{ config(protection='persona_events', personas=ref('personas')) }}
SELECT
<< event_columns | columns >>
FROM {{ ref('stg_events') }}
