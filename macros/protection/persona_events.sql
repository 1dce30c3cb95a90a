{# Events of personas, each counted in exactly one row: at the finest level where at least k_event people stand
   behind the events that are not yet published.
   In:      model (name, path, line, sql), unit, date (column), dimensions (the other columns), texts (those of
            them that are text), personas (model), block, age (column of the personas or none), levels (finest
            first: name, by, period, comment), outcome (column or none), sensitive_outcomes, cap, k_event,
            strategy (name, is_repaired, max_rows, event_type, ranks; or none to release every cell).
   Out:     private.<model>__left_0, two or three private tables a level, private.<model>__cells (those of all
            levels), and release.<model>. In the private ones but the cells a text is its place in the ENUM
            private.<model>__text: numbers group and join faster.
   Promise: the rows partition the events of people who have a persona, so no row is another less a few people; no row
            has fewer than k_event people; a sensitive outcome that is true of more than the cap of a group
            goes one level up. #}
{% macro persona_events(model, unit, date, dimensions, texts, personas, block, age, levels, outcome, sensitive_outcomes, cap, k_event, strategy=none) -%}
{%- set name = model.name -%}
{%- set published = ["persona_id"] + (block | list) + ([age] if age else []) -%}
{%- set type = "private." ~ ((name ~ "__text") | identifier) -%}
{%- set periods = levels | map(attribute="period") | select | unique | list -%}
-- step 1 (private): the texts beside events, in their order
CREATE TYPE {{ type }} AS ENUM (
    WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
    ),

    texts AS (
        {%- for column in published %}
        SELECT {{ column | identifier }} AS text FROM private.{{ (personas ~ "__members") | identifier }}
        {{- "\n        UNION" if texts or not loop.last }}
        {%- endfor %}
        {%- for column in texts %}
        SELECT CAST({{ column | identifier }} AS VARCHAR) AS text FROM authored
        {{- "\n        UNION" if not loop.last }}
        {%- endfor %}
    )

    SELECT text
    FROM texts
    WHERE text IS NOT NULL
    ORDER BY text
);

-- step 2 (private): how often each person of a persona had each kind of event in each period
CREATE TABLE private.{{ (name ~ "__left_0") | identifier }} AS
WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
)

SELECT
    members.{{ unit | identifier }},
    {%- for column in published %}
    CAST(members.{{ column | identifier }} AS {{ type }}) AS {{ column | identifier }},
    {%- endfor %}
    {%- for column in periods %}
    {{ period("authored." ~ (date | identifier), column) }} AS period_{{ column }},
    {%- endfor %}
    '*' AS period_all_time,
    {%- for column in dimensions %}
    {%- if column in texts %}
    CAST(CAST(authored.{{ column | identifier }} AS VARCHAR) AS {{ type }}) AS {{ column | identifier }},
    {%- else %}
    authored.{{ column | identifier }},
    {%- endif %}
    {%- endfor %}
    count(*) AS events
FROM authored
INNER JOIN private.{{ (personas ~ "__members") | identifier }} AS members
    ON authored.{{ unit | identifier }} = members.{{ unit | identifier }}
GROUP BY ALL;
{%- for level in levels %}

-- level {{ loop.index }}: {{ level.comment }}
{{ event_level(name, loop.index, level, unit, dimensions, personas, outcome, sensitive_outcomes, cap, k_event) }}
{%- endfor %}

-- step {{ levels | length + 3 }} (private): the cells of all levels
CREATE TABLE private.{{ (name ~ "__cells") | identifier }} AS
{%- for level in levels %}
SELECT
    {{ loop.index }} AS level_number,
    '{{ level.name }}' AS level,
    {%- for column in published %}
    {%- set value = "NULL" if column == "persona_id" else "'*'" %}
    {{ "CAST(" ~ (column | identifier) ~ " AS VARCHAR)" if column in level.by else value }} AS {{ column | identifier }},
    {%- endfor %}
    period_{{ level.period or "all_time" }} AS period,
    {%- for column in dimensions %}
    {{ "CAST(" ~ (column | identifier) ~ " AS VARCHAR) AS " if column in texts }}{{ column | identifier }},
    {%- endfor %}
    people,
    events
FROM private.{{ (name ~ "__level_" ~ loop.index) | identifier }}
{{- "\nUNION ALL" if not loop.last }}
{%- endfor %};

-- step {{ levels | length + 4 }} (release): {{ strategy.name if strategy else "all of them" }}
{% if not strategy or strategy.name == "aggregate" -%}
{{ aggregate(name, published, dimensions, strategy and strategy.is_repaired) }}
{%- elif strategy.name == "sample" -%}
{{ sample(name, published, levels, dimensions, strategy.is_repaired, strategy.max_rows) }}
{%- elif strategy.name == "representative" -%}
{{ representative(name, published, levels, dimensions, strategy.is_repaired) }}
{%- elif strategy.name == "sequence" -%}
{{ sequence(name, published, levels, dimensions, strategy.event_type, strategy.ranks) }}
{%- endif %}
{%- endmacro %}
