{{ config(
    title='Risk screenings on record',
    question='Do the screenings of one group end in high risk more often?',
    groups=['ethnicity', 'gender', 'age'],
    of='screenings',
    counted='ended in high risk',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN outcome = 'high' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE event_type = 'risk_screening' AND outcome IN ('low', 'medium', 'high')
GROUP BY ALL
