{{ config(
    title='Approval by place',
    question='Does it matter where somebody applies?',
    groups=['county', 'city', 'state'],
    of='decisions',
    counted='were denials',
) }}
SELECT
    people.{{ group }},
    sum(CASE WHEN events.outcome = 'denied' THEN events.events ELSE 0 END) AS counted,
    sum(events.events) AS total
FROM {{ ref('persona_events') }} AS events
LEFT JOIN {{ ref('personas') }} AS people ON events.persona_id = people.persona_id
WHERE events.outcome IN ('approved', 'denied')
GROUP BY ALL
