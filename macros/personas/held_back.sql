{# The cells that stay behind with the few that a level would leave of a group: its smallest one, if it can be
   one of an outcome that is not sensitive. Sensitive ones are what is compared between groups of people.
   In:      name (of the CTE), short (the CTE of the groups), group, cell (columns), outcome, sensitive_outcomes;
            the CTEs `cells` and `short` stand before it; spares_sensitive: no cell of a sensitive outcome
            stays behind: at the last level it would lose its group for a few whom nobody can be told of.
   Out:     a CTE: the smallest cell of each group.
   Promise: without these cells a group has nobody left, or at least k_event people, or no cell at all: a cell
            that stays behind has so many itself. #}
{% macro held_back(name, short, group, cell, outcome, sensitive_outcomes, spares_sensitive=false) -%}
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
    {%- if outcome and sensitive_outcomes and outcome in group and spares_sensitive %}
    WHERE coalesce(cells.{{ outcome | identifier }} NOT IN ({% for value in sensitive_outcomes %}{{ value | literal }}{{ ", " if not loop.last }}{% endfor %}), TRUE)
    {%- endif %}
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
