{# The cells that stay behind with the few that a level would leave of a group: its smallest one, if it can be
   one of an outcome that is not sensitive. Sensitive ones are what is compared between groups of people.
   In:      name (of the CTE), short (name for the CTE of the groups), left (relation of the events), group, cell
            (columns), unit, outcome, sensitive_outcomes, k_event; the CTE `cells` stands before it.
   Out:     two CTEs: the groups of which 1 to k_event - 1 people would be left, and the smallest cell of each.
   Promise: without these cells a group has nobody left, or at least k_event people, or no cell at all: a cell
            that stays behind has so many itself. #}
{% macro held_back(name, short, left, group, cell, unit, outcome, sensitive_outcomes, k_event) -%}
{{ short }} AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short
        {%- for column in group %},
        events.{{ column | identifier }}
        {%- endfor %}
    FROM {{ left }} AS events
    ANTI JOIN cells
    {{- same_values("events", "cells", cell) | indent(4) }}
    {%- if group %}
    SEMI JOIN cells AS beside
    {{- same_values("events", "beside", group) | indent(4) }}
    GROUP BY{% for column in group %} events.{{ column | identifier }}{{ "," if not loop.last }}{% endfor %}
    {%- endif %}
    HAVING count(DISTINCT events.{{ unit | identifier }}) BETWEEN 1 AND {{ k_event - 1 }}
),

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
        PARTITION BY{% for column in group %} cells.{{ column | identifier }}{{ "," if not loop.last }}{% endfor %}
        {%- endif %}
        ORDER BY
            {%- if outcome and sensitive_outcomes and outcome not in group %}
            coalesce(cells.{{ outcome | identifier }} IN ({% for value in sensitive_outcomes %}{{ value | literal }}{{ ", " if not loop.last }}{% endfor %}), FALSE),
            {%- endif %}
            cells.people{% for column in cell %}, cells.{{ column | identifier }}{% endfor %}
    ) = 1
)
{%- endmacro %}
