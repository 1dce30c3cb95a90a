{# Values that are not found where they should come from; NULL refers to nothing.
   In:      model (a relation), column, to (a relation), field (its column).
   Out:     a SELECT of the failing rows. #}
{% macro test_relationships(model, column, to, field) -%}
SELECT child.{{ column }}
FROM {{ model }} AS child
WHERE
    child.{{ column }} IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM {{ to }} AS parent
        WHERE parent.{{ field }} = child.{{ column }}
    )
{%- endmacro %}
