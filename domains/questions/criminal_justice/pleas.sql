{{ config(
    title='Plea rates',
    question='Do people of one group plead guilty, or bargain, more often?',
    groups=['ethnicity', 'gender', 'age'],
    of='decided events',
    counted='ended in a plea of guilty or a plea bargain',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN outcome IN ('guilty', 'plea_bargain') THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'not_guilty', 'acquitted', 'dismissed')
GROUP BY ALL
