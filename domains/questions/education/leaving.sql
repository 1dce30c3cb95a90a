{{ config(
    title='Leaving without a degree',
    question='Who withdraws rather than graduates?',
    groups=['ethnicity', 'gender'],
    of='ends of schooling',
    counted='were a withdrawal',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN outcome = 'withdrawn' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE outcome IN ('graduated', 'withdrawn')
GROUP BY ALL
