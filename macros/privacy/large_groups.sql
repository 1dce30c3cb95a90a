{# Groups of enough people.
   In:      relation (one row a person), keys (column names), k.
   Out:     a SELECT of the keys and `people`.
   Promise: a group has at least k people. #}
{% macro large_groups(relation, keys, k) -%}
SELECT
    {%- for name in keys %}
    {{ name | identifier }},
    {%- endfor %}
    count(*) AS people
FROM {{ relation }}
GROUP BY
    {%- for name in keys %}
    {{ name | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
HAVING count(*) >= {{ k }}
{%- endmacro %}
