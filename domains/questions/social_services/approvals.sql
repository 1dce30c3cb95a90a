{{ config(
    title='Approval of like benefits',
    question='Are applications of one group denied more often?',
    groups=['ethnicity', 'gender', 'age'],
    among=['benefit_type', 'service_category', 'event_type'],
    of='decisions',
    counted='were denials',
) }}
SELECT
    {{ group }},
    {{ among }} AS among,
    sum(CASE WHEN outcome = 'denied' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE outcome IN ('approved', 'denied')
GROUP BY ALL
