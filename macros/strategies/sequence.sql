{# Every cell is a row, and the rows of a persona are numbered in order.
   In:      name (model), published (columns of personas), levels, dimensions, event_type (column), ranks (type →
            its place among events of the same period, by the order rules).
   Out:     release.<name>, with step.
   Promise: the rows are the cells of private.<name>__cells, each once. Steps go by the beginning of the period, the
            finest period first, then by the order rules; cells without a time come last. No step above the personas. #}
{% macro sequence(name, published, levels, dimensions, event_type, ranks) -%}
CREATE TABLE release.{{ name | identifier }} AS
WITH in_time AS (
    SELECT
        *,
        {{ cell_start(levels) | indent(8) }} AS starts,
        CASE {{ event_type | identifier }}
            {%- for type, rank in ranks.items() %}
            WHEN {{ type | literal }} THEN {{ rank }}
            {%- endfor %}
        END AS order_rank
    FROM private.{{ (name ~ "__cells") | identifier }}
),

in_steps AS (
    SELECT
        *,
        CASE
            WHEN persona_id IS NOT NULL THEN row_number() OVER (
                PARTITION BY persona_id
                ORDER BY
                    starts NULLS LAST,
                    level_number,
                    order_rank NULLS LAST
                    {%- for column in published + ["period"] + (dimensions | list) if column != "persona_id" %},
                    {{ column | identifier }}
                    {%- endfor %}
            )
        END AS step
    FROM in_time
)

SELECT
    level,
    {%- for column in published %}
    {{ column | identifier }},
    {%- endfor %}
    step,
    period,
    {%- for column in dimensions %}
    {{ column | identifier }},
    {%- endfor %}
    people,
    {{ cell_events("events", true) }} AS events
FROM in_steps
ORDER BY level_number, {% for column in published %}{{ column | identifier }}, {% endfor %}step, period, {% for column in dimensions %}{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %};
{%- endmacro %}
