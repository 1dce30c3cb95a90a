{# Columns that are direct identifiers by their lineage, and cells of others that hold a value of one.
   In:      model (a relation), identifiers (names of its columns that are direct identifiers), and as in
            test_no_source_values columns (its other texts), values, at_least, substring.
   Out:     a SELECT of the failing columns and cells. #}
{% macro test_no_direct_identifiers(model, identifiers, columns, values, at_least, substring) -%}
{%- for name in identifiers %}
SELECT {{ name | literal }} AS found
{%- if not loop.last or (columns and values) %}
UNION ALL
{%- endif %}
{%- endfor %}
{%- if columns and values %}
SELECT cell AS found
FROM (
    {{ test_no_source_values(model, columns, values, at_least, substring) | indent(4) }}
)
{%- elif not identifiers %}
SELECT NULL AS found
WHERE FALSE
{%- endif %}
{%- endmacro %}
