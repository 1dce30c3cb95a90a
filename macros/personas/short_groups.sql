{# Groups with a cell of which few people would be left.
   In:      name (of the CTE), group (columns), k_event; the CTEs `cells` and `rest` stand before it.
   Out:     a CTE: is_short, the columns.
   Promise: each group that has a cell and of which 1 to k_event - 1 people are in `rest`. #}
{% macro short_groups(name, group, k_event) -%}
{{ name }} AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short
        {%- for column in group %},
        events.{{ column | identifier }}
        {%- endfor %}
    FROM rest AS events
    {%- if group %}
    SEMI JOIN cells AS beside
    {{- same_values("events", "beside", group) | indent(4) }}
    GROUP BY {% for column in group %}events.{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %}
    {%- endif %}
    HAVING count(DISTINCT events.person) BETWEEN 1 AND {{ k_event - 1 }}
),
{%- endmacro %}
