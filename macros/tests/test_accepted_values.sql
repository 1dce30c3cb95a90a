{# Rows whose value is none of a list; NULL is not asked.
   In:      model (a relation), column, values (all texts, or all numbers or booleans).
   Out:     a SELECT of the failing rows. Texts are compared with the value written as text. #}
{% macro test_accepted_values(model, column, values) -%}
{%- set given = "CAST(" ~ column ~ " AS VARCHAR)" if values[0] is string else column -%}
SELECT {{ column }}
FROM {{ model }}
WHERE {{ given }} NOT IN ({{ values | map("literal") | join(", ") }})
{%- endmacro %}
