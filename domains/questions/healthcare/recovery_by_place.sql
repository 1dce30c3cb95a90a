{{ config(
    title='Outcomes by place',
    question='Does it matter where a patient lives?',
    groups=['city', 'county', 'state'],
    of='events with a known outcome',
    counted='ended in recovery or improvement',
) }}
SELECT
    people.{{ group }},
    sum(CASE WHEN events.outcome IN ('recovered', 'improved') THEN events.events ELSE 0 END) AS counted,
    sum(events.events) AS total
FROM {{ ref('persona_events') }} AS events
LEFT JOIN {{ ref('personas') }} AS people ON events.persona_id = people.persona_id
WHERE events.outcome IN ('recovered', 'improved', 'stable', 'declined', 'deceased')
GROUP BY ALL
