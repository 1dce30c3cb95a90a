{{ config(
    title='Leaving against one\'s will',
    question='Does one group lose its work more often?',
    groups=['ethnicity', 'gender', 'age'],
    of='ends of employment',
    counted='were involuntary',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN outcome = 'involuntary' OR event_type = 'termination' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE event_type IN ('resignation', 'termination', 'retirement')
GROUP BY ALL
