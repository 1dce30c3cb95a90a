{# Groups of the next level, which takes what is left, with a cell of which few people would be left: there, what
   is no candidate of this level is left too.
   In:      name (model), level, dimensions, k_event; the CTEs `cells` and `rest` stand before it.
   Out:     CTEs, the last of which is short_groups: is_short, the columns.
   Promise: none: it keeps events from being lost. #}
{% macro short_of_next_level(name, level, dimensions, k_event) -%}
{%- set group = (level.onward | list) + (dimensions | list) -%}
{%- if not level.is_of_personas -%}
{{ short_groups("short_groups", group, k_event) }}
{%- else -%}
{%- set others = "private." ~ ((name ~ "__others") | identifier) -%}
few_others AS (
    SELECT
        TRUE AS is_few
        {%- for column in group %},
        cells.{{ column | identifier }}
        {%- endfor %},
        coalesce(max(others.people), 0) AS people
    FROM cells
    LEFT JOIN {{ others }} AS others
        {{ "ON TRUE" if not group }}
        {{- same_values("cells", "others", group) | trim | indent(4) }}
    {%- if group %}
    GROUP BY {% for column in group %}cells.{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %}
    {%- endif %}
    HAVING coalesce(max(others.people), 0) < {{ k_event }}
),

few_candidates AS (
    SELECT
        TRUE AS is_few
        {%- for column in group %},
        events.{{ column | identifier }}
        {%- endfor %},
        count(DISTINCT events.person) AS people
    FROM rest AS events
    SEMI JOIN few_others
        ON few_others.is_few
        {%- for column in group %}
        AND events.{{ column | identifier }} IS NOT DISTINCT FROM few_others.{{ column | identifier }}
        {%- endfor %}
    {%- if group %}
    GROUP BY {% for column in group %}events.{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %}
    {%- endif %}
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short
        {%- for column in group %},
        few_others.{{ column | identifier }}
        {%- endfor %}
    FROM few_others
    LEFT JOIN few_candidates
        ON few_others.is_few
        {%- for column in group %}
        AND few_others.{{ column | identifier }} IS NOT DISTINCT FROM few_candidates.{{ column | identifier }}
        {%- endfor %}
    WHERE few_others.people + coalesce(few_candidates.people, 0) BETWEEN 1 AND {{ k_event - 1 }}
),
{%- endif %}
{%- endmacro %}
