{# The cells that stay behind with the few that a level would leave of a group: its smallest one, if it can be
   one of an outcome that is not sensitive. Sensitive ones are what is compared between groups of people.
   In:      name (of the CTE), short (the CTE of the groups), group, cell (columns), outcome, sensitive_outcomes;
            the CTEs `cells` and `short` stand before it.
   Out:     a CTE: the smallest cell of each group.
   Promise: without these cells a group has nobody left, or at least k_event people, or no cell at all: a cell
            that stays behind has so many itself. #}
{% macro held_back(name, short, group, cell, outcome, sensitive_outcomes) -%}
{{ name }} AS (  -- the smallest cell of each
    SELECT
        {%- for column in cell %}
        cells.{{ column | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    FROM cells
    SEMI JOIN {{ short }}
        ON {{ short }}.is_short
        {%- for column in group %}
        AND cells.{{ column | identifier }} IS NOT DISTINCT FROM {{ short }}.{{ column | identifier }}
        {%- endfor %}
    QUALIFY row_number() OVER (
        {%- if group %}
        PARTITION BY {% for column in group %}cells.{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %}
        {%- endif %}
        ORDER BY
            {%- if outcome and sensitive_outcomes and outcome not in group %}
            coalesce(cells.{{ outcome | identifier }} IN ({% for value in sensitive_outcomes %}{{ value | literal }}{{ ", " if not loop.last }}{% endfor %}), FALSE),
            {%- endif %}
            cells.people{% for column in cell %}, cells.{{ column | identifier }}{% endfor %}
    ) = 1
)
{%- endmacro %}
