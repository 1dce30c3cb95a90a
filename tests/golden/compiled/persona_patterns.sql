CREATE TABLE release.persona_patterns AS
-- Computed from released rows alone, so it agrees with them and tells nothing more.
WITH of_personas AS (
    SELECT
        persona_id,
        nullif(period, '*') AS period,
        event_type,
        outcome,
        people,
        events
    FROM release.persona_events
    WHERE persona_id IS NOT NULL
),

totals AS (
    SELECT
        persona_id,
        sum(events) AS events,
        sum(events - people) AS repeated_events,
        sum(CASE WHEN period IS NOT NULL THEN events END) AS dated_events,
        count(DISTINCT event_type) AS event_types,
        min(left(period, 4)) AS first_year,
        max(left(period, 4)) AS last_year
    FROM of_personas
    GROUP BY persona_id
),

types AS (
    SELECT
        persona_id,
        event_type,
        row_number() OVER (PARTITION BY persona_id ORDER BY sum(events) DESC, event_type) AS nth_frequent
    FROM of_personas
    GROUP BY persona_id, event_type
),

outcomes AS (
    SELECT
        persona_id,
        coalesce(outcome, 'not stated') AS outcome,
        sum(events) AS events
    FROM of_personas
    GROUP BY persona_id, outcome
),

outcome_shares AS (
    SELECT
        outcomes.persona_id,
        string_agg(
            concat(outcomes.outcome, ' ', CAST(round(100 * outcomes.events / totals.events) AS INTEGER), ' %'),
            ', ' ORDER BY outcomes.events DESC, outcomes.outcome
        ) AS shares
    FROM outcomes
    INNER JOIN totals ON outcomes.persona_id = totals.persona_id
    GROUP BY outcomes.persona_id
)

SELECT
    personas.persona_id,
    personas.people,
    CAST(coalesce(totals.events, 0) AS BIGINT) AS events,
    coalesce(totals.event_types, 0) AS event_types,
    types.event_type AS most_frequent_type,
    outcome_shares.shares AS outcomes,
    totals.first_year,
    totals.last_year,
    coalesce(totals.events, 0)::DOUBLE / personas.people AS events_per_person,
    totals.dated_events::DOUBLE / personas.people
    / (CAST(totals.last_year AS INTEGER) - CAST(totals.first_year AS INTEGER) + 1) AS events_per_person_year,
    CAST(coalesce(totals.repeated_events, 0) AS BIGINT) AS repeated_events,
    coalesce(totals.repeated_events > 0, FALSE) AS has_repeats
FROM release.personas AS personas
LEFT JOIN totals ON personas.persona_id = totals.persona_id
LEFT JOIN types ON personas.persona_id = types.persona_id AND types.nth_frequent = 1
LEFT JOIN outcome_shares ON personas.persona_id = outcome_shares.persona_id
ORDER BY personas.persona_id;
