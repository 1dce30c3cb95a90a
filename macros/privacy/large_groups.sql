{# Groups of enough people.
   In:      relation, keys (column names), unit, k.
   Out:     a SELECT of the keys and `people`.
   Promise: a group has at least k people; rows of one person count once. #}
{% macro large_groups(relation, keys, unit, k) -%}
SELECT
    {%- for name in keys %}
    {{ name | identifier }},
    {%- endfor %}
    count(DISTINCT {{ unit | identifier }}) AS people
FROM {{ relation }}
GROUP BY
    {%- for name in keys %}
    {{ name | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
HAVING count(DISTINCT {{ unit | identifier }}) >= {{ k }}
{%- endmacro %}
