{{ config(
    title='Performance reviews',
    question='Do reviews of one group end badly more often?',
    groups=['ethnicity', 'gender', 'age'],
    of='decided reviews',
    counted='were unsuccessful',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN outcome = 'unsuccessful' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE event_type = 'performance_review' AND outcome IN ('successful', 'unsuccessful')
GROUP BY ALL
