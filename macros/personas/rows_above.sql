{# The rows above the personas, in the order in which they are missed least: small ones first, those of a sensitive
   outcome last, for these are what is compared between groups of people.
   In:      name (model), family (columns of a kind of events, outcomes apart), dimensions, periods (columns), outcome
            (column or none), sensitive_outcomes, beside (columns of the personas), levels; private.<name>__known
            and the levels.
   Out:     private.<name>__above: level_number, what makes a cell (NULL where its level does not keep it), people, nth.
   Promise: the rows of all families that private.<name>__known names, each once, numbered from 1. #}
{% macro rows_above(name, family, dimensions, periods, outcome, sensitive_outcomes, beside, levels) -%}
{%- set columns = (beside | list) + periods + (dimensions | list) -%}
-- the rows above the personas (private): those that are missed least come first
CREATE TABLE private.{{ (name ~ "__above") | identifier }} AS
WITH cells AS (
    {%- for level in levels if not level.is_of_personas %}
    {%- set index = levels.index(level) + 1 %}
    SELECT
        {{ index }} AS level_number,
        {%- for column in columns %}
        {{ "NULL AS " if column not in level.columns and column not in dimensions }}{{ column | identifier }},
        {%- endfor %}
        people
    FROM private.{{ (name ~ "__level_" ~ index) | identifier }}
    {{- "\n    UNION ALL" if not loop.last }}
    {%- endfor %}
)

SELECT
    cells.*,
    row_number() OVER (
        ORDER BY
            {%- if outcome and sensitive_outcomes %}
            coalesce(cells.{{ outcome | identifier }} IN ({% for value in sensitive_outcomes %}{{ value | literal }}{{ ", " if not loop.last }}{% endfor %}), FALSE),
            {%- endif %}
            cells.people,
            cells.level_number
            {%- for column in columns %},
            cells.{{ column | identifier }}
            {%- endfor %}
    ) AS nth
FROM cells
SEMI JOIN private.{{ (name ~ "__known") | identifier }} AS known
{{- same_values("cells", "known", family) or "\n    ON TRUE" }};
{%- endmacro %}
