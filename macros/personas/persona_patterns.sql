{# What the released events say of each persona: how many, of what kind, how they ended.
   In:      personas, events (released tables, as ref() gives them: events knows its strategy), outcome (the
            column of outcomes, or none).
   Out:     a SELECT of one row a persona.
   Promise: computed from released rows alone, so it agrees with them and tells nothing more; an event that a
            repair added is in no figure. #}
{% macro persona_patterns(personas, events, outcome="outcome") -%}
{%- set is_joined = events.strategy == "representative" %}
{%- set repeated = "totals.repeated_events" %}
{%- if is_joined %}
    {%- set repeated = "greatest(totals.repeated_events, totals.most_events - personas.people, 0)" %}
{%- endif -%}
WITH of_personas AS (
    SELECT
        persona_id,
        nullif({{ 'period_from' if is_joined else 'period' }}, '*') AS period,
        {%- if is_joined %}
        nullif(period_to, '*') AS last_period,
        {%- endif %}
        event_type,
        {%- if outcome %}
        {{ outcome | identifier }}{{ " AS outcome" if outcome != "outcome" }},
        {%- endif %}
        people,
        events
    FROM {{ events }}
    WHERE persona_id IS NOT NULL{{ ' AND is_added IS NOT TRUE' if events.has_added_events }}
),

totals AS (
    SELECT
        persona_id,
        sum(events) AS events,
        {%- if is_joined %}
        max(events) AS most_events,
        sum(CASE WHEN period IS NOT DISTINCT FROM last_period THEN events - people END) AS repeated_events,
        {%- else %}
        sum(events - people) AS repeated_events,
        {%- endif %}
        sum(CASE WHEN period IS NOT NULL THEN events END) AS dated_events,
        count(DISTINCT event_type) AS event_types,
        min(left(period, 4)) AS first_year,
        max(left({{ 'last_period' if is_joined else 'period' }}, 4)) AS last_year
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
)
{%- if outcome %},

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
{%- endif %}

SELECT
    personas.persona_id,
    personas.people,
    CAST(coalesce(totals.events, 0) AS BIGINT) AS events,
    coalesce(totals.event_types, 0) AS event_types,
    types.event_type AS most_frequent_type,
    {%- if outcome %}
    outcome_shares.shares AS outcomes,
    {%- endif %}
    totals.first_year,
    totals.last_year,
    coalesce(totals.events, 0)::DOUBLE / personas.people AS events_per_person,
    totals.dated_events::DOUBLE / personas.people
    / (CAST(totals.last_year AS INTEGER) - CAST(totals.first_year AS INTEGER) + 1) AS events_per_person_year,
    CAST(coalesce({{ repeated }}, 0) AS BIGINT) AS repeated_events,
    coalesce({{ repeated }} > 0, FALSE) AS has_repeats
FROM {{ personas }} AS personas
LEFT JOIN totals ON personas.persona_id = totals.persona_id
LEFT JOIN types ON personas.persona_id = types.persona_id AND types.nth_frequent = 1
{%- if outcome %}
LEFT JOIN outcome_shares ON personas.persona_id = outcome_shares.persona_id
{%- endif %}
ORDER BY personas.persona_id
{%- endmacro %}
