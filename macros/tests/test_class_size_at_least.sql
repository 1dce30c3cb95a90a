{# Combinations of values that fewer people share than there should be.
   In:      model (a relation), columns, size, people and how (see people_counted).
   Out:     a SELECT of the failing combinations. NULL is a value of its own. #}
{% macro test_class_size_at_least(model, columns, size, people, how) -%}
{%- set names = columns | map("identifier") | list -%}
SELECT{{ " " if names | length == 1 else "\n    " }}{{ names | join(",\n    ") }}
FROM {{ model }}
GROUP BY {{ names | join(", ") }}
HAVING coalesce({{ people_counted(people, how) }}, 0) < {{ size }}
{%- endmacro %}
