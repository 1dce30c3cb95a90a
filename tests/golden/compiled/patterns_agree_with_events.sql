-- Patterns count the events that are published under a persona, and each of them once.
WITH counted AS (
    SELECT
        persona_id,
        sum(events) AS events
    FROM release.persona_events
    WHERE persona_id IS NOT NULL
    GROUP BY persona_id
)

SELECT patterns.persona_id
FROM release.persona_patterns AS patterns
LEFT JOIN counted ON patterns.persona_id = counted.persona_id
WHERE patterns.events <> coalesce(counted.events, 0)
