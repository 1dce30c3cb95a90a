{# Values that more than one row has; NULL is none.
   In:      model (a relation), column.
   Out:     a SELECT of the failing values. #}
{% macro test_unique(model, column) -%}
SELECT {{ column }}
FROM {{ model }}
WHERE {{ column }} IS NOT NULL
GROUP BY {{ column }}
HAVING count(*) > 1
{%- endmacro %}
