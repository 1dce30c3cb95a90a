{# Of each persona the first cell, the last, and cells that are evenly spaced between them.
   In:      name (model), published (columns of personas), levels, dimensions, is_repaired, max_rows (from 2).
   Out:     release.<name>.
   Promise: the rows are cells of private.<name>__cells, each once; a persona has at most max_rows. Cells without a
            time take the room that those with one leave, first those that count most events, and last those of
            added events, so that these cost no other its place. Cells above the personas are all there. #}
{% macro sample(name, published, levels, dimensions, is_repaired, max_rows) -%}
CREATE TABLE release.{{ name | identifier }} AS
WITH in_time AS (
    SELECT
        *,
        {%- if is_repaired %}
        CASE
            WHEN NOT is_added THEN {{ cell_start(levels) | indent(12) }}
        END AS starts
        {%- else %}
        {{ cell_start(levels) | indent(8) }} AS starts
        {%- endif %}
    FROM private.{{ (name ~ "__cells") | identifier }}
),

placed AS (  -- in the order of time
    SELECT
        *,
        count(starts) OVER (PARTITION BY persona_id) AS dated,
        row_number() OVER (
            PARTITION BY persona_id
            ORDER BY
                starts IS NULL,
                starts,
                {{- "\n                is_added," if is_repaired }}
                CASE WHEN starts IS NULL THEN -{{ cell_events("events", is_repaired) }} END,
                level_number
                {%- for column in published + ["period"] + (dimensions | list) if column != "persona_id" %},
                {{ column | identifier }}
                {%- endfor %}
        ) - 1 AS nth
    FROM in_time
)

SELECT
    level,
    {%- for column in published %}
    {{ column | identifier }},
    {%- endfor %}
    period,
    {%- for column in dimensions %}
    {{ column | identifier }},
    {%- endfor %}
    people,
    {{ cell_events("events", is_repaired) }} AS events
FROM placed
WHERE
    CASE
        WHEN persona_id IS NULL THEN TRUE
        WHEN dated <= {{ max_rows }} THEN nth < {{ max_rows }}
        WHEN nth >= dated THEN FALSE  -- else the nth of the dated is next to one of {{ max_rows }} even places
        ELSE (nth * {{ max_rows - 1 }} + dated - 2) // (dated - 1) * (dated - 1) < (nth + 1) * {{ max_rows - 1 }}
    END
ORDER BY level_number, {% for column in published %}{{ column | identifier }}, {% endfor %}period, {% for column in dimensions %}{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %};
{%- endmacro %}
