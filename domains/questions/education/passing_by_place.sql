{{ config(
    title='Passing by place',
    question='Does it matter where a student lives?',
    groups=['city', 'county', 'state'],
    of='decided assessments',
    counted='were passed',
) }}
SELECT
    people.{{ group }},
    sum(CASE WHEN events.outcome = 'passed' THEN events.events ELSE 0 END) AS counted,
    sum(events.events) AS total
FROM {{ ref('persona_events') }} AS events
LEFT JOIN {{ ref('personas') }} AS people ON events.persona_id = people.persona_id
WHERE events.outcome IN ('passed', 'failed')
GROUP BY ALL
