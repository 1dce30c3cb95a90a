{{ config(
    title='Promotion',
    question='Is one group promoted less often?',
    groups=['ethnicity', 'gender', 'age'],
    among=['department', 'job_category'],
    of='events',
    counted='were a promotion',
) }}
SELECT
    {{ group }},
    {{ among }} AS among,
    sum(CASE WHEN event_type = 'promotion' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
GROUP BY ALL
