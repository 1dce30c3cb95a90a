{# Cells of one persona that agree in all but the period become one row where their periods are adjacent.
   In:      name (model), published (columns of personas), levels, dimensions, is_repaired.
   Out:     release.<name>, with period_from and period_to.
   Promise: each cell of private.<name>__cells is in one row, together with cells of its level, persona and kind in
            the periods next to it; events are their sum, people the most that one of them has: at least so
            many stand behind the row. Cells above the personas are rows as they are. #}
{% macro representative(name, published, levels, dimensions, is_repaired) -%}
{%- set kind = ["level_number", "level"] + published + (dimensions | list) -%}
CREATE TABLE release.{{ name | identifier }} AS
WITH started AS (
    SELECT
        *,
        {{ cell_start(levels) | indent(8) }} AS starts
    FROM private.{{ (name ~ "__cells") | identifier }}
),

in_time AS (  -- periods numbered: those next to each other differ by 1
    SELECT
        *,
        CASE level
            {%- for level in levels if level.period and "persona_id" in level.by %}
            WHEN {{ level.name | literal }} THEN date_diff({{ level.period | literal }}, DATE '2001-01-01', starts)
            {%- endfor %}
        END AS number
    FROM started
),

in_runs AS (  -- adjacent periods have the same run; a cell without a number is apart from all others
    SELECT
        *,
        number - row_number() OVER (
            PARTITION BY {% for column in kind %}{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %}
            ORDER BY number, period
        ) AS run,
        CASE WHEN number IS NULL THEN period END AS apart
    FROM in_time
)

SELECT
    level,
    {%- for column in published %}
    {{ column | identifier }},
    {%- endfor %}
    min(period) AS period_from,
    max(period) AS period_to,
    {%- for column in dimensions %}
    {{ column | identifier }},
    {%- endfor %}
    max(people) AS people,
    {{ cell_events("sum(events)", is_repaired) }} AS events
FROM in_runs
GROUP BY {% for column in kind %}{{ column | identifier }}, {% endfor %}run, apart
ORDER BY level_number, {% for column in published %}{{ column | identifier }}, {% endfor %}period_from, period_to, {% for column in dimensions %}{{ column | identifier }}, {% endfor %}people, events;
{%- endmacro %}
