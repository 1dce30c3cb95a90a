{{ config(
    title='Suspension and expulsion',
    question='Is one group suspended or expelled more often?',
    groups=['ethnicity', 'gender'],
    of='events',
    counted='were a suspension or an expulsion',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN event_type IN ('suspension', 'expulsion') THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
GROUP BY ALL
