{{ config(
    title='Outcomes by place',
    question='Does it matter where a case is heard?',
    groups=['county', 'city', 'state'],
    of='decided events',
    counted='ended in a conviction or a plea bargain',
) }}
SELECT
    people.{{ group }},
    sum(CASE WHEN events.outcome IN ('guilty', 'convicted', 'plea_bargain') THEN events.events ELSE 0 END) AS counted,
    sum(events.events) AS total
FROM {{ ref('persona_events') }} AS events
LEFT JOIN {{ ref('personas') }} AS people ON events.persona_id = people.persona_id
WHERE events.outcome IN ('guilty', 'convicted', 'plea_bargain', 'not_guilty', 'acquitted', 'dismissed')
GROUP BY ALL
