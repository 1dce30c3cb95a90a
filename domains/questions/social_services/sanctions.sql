{{ config(
    title='Sanctions',
    question='Is one group sanctioned more often?',
    groups=['ethnicity', 'gender', 'age'],
    of='events',
    counted='were a sanction',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN event_type = 'sanction' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
GROUP BY ALL
