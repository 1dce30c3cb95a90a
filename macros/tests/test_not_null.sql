{# Rows without a value.
   In:      model (a relation), column.
   Out:     a SELECT of the failing rows. #}
{% macro test_not_null(model, column) -%}
SELECT {{ column }}
FROM {{ model }}
WHERE {{ column }} IS NULL
{%- endmacro %}
