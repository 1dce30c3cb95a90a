{# How many people share each combination of values as given, and what it is generalized to: whatever is
   decided from here on is decided on these few rows.
   In:      people (relation, one row a person), columns (quasi-identifiers), beside (other columns that tell
            combinations apart).
   Out:     CTEs, the last of them `generalized`: beside, given_1 … (the columns as given), the columns at their
            levels, people.
   Promise: no person is counted in two rows; a column is made of the one of its name, at its level. #}
{% macro people_alike(people, columns, beside) -%}
{%- set names = (beside | list) + (columns | map(attribute="name") | list) -%}
combinations AS (  -- as given
    SELECT
        {%- for name in names %}
        {{ name | identifier }},
        {%- endfor %}
        count(*) AS people
    FROM {{ people }}
    GROUP BY
        {%- for name in names %}
        {{ name | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
),

generalized AS (
    SELECT
        {%- for name in beside %}
        combinations.{{ name | identifier }},
        {%- endfor %}
        {%- for column in columns %}
        combinations.{{ column.name | identifier }} AS given_{{ loop.index }},
        {%- endfor %}
        {%- for column in columns %}
        {{ generalized_column("combinations", column) | indent(4) }},  -- {{ column.comment }}
        {%- endfor %}
        combinations.people
    FROM combinations
    {{- taxonomy_joins("combinations", columns) | indent(4) }}
    {{- recoding_join("combinations", columns) | indent(4) }}
)
{%- endmacro %}
