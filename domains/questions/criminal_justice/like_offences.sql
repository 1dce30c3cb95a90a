{{ config(
    title='Outcomes for like offences',
    question='Do people of one group fare worse than others whose offences are alike?',
    groups=['ethnicity', 'gender'],
    among=['offense_category', 'charge_severity', 'event_type'],
    of='decided events',
    counted='ended in a conviction or a plea bargain',
) }}
SELECT
    {{ group }},
    {{ among }} AS among,
    sum(CASE WHEN outcome IN ('guilty', 'convicted', 'plea_bargain') THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'not_guilty', 'acquitted', 'dismissed')
GROUP BY ALL
