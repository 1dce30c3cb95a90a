{# How many people share each combination of quasi-identifiers as given and each value of a sensitive column: what
   the search reads of privacy models.
   In:      model (name, path, line, sql), unit, columns (quasi-identifiers), sensitive (column), number (of it),
            one_row_per_unit.
   Out:     private.<model>__sensitive_<number>: the columns, the sensitive one and people.
   Promise: that of `people_by_columns`. #}
{% macro sensitive_counts(model, unit, columns, sensitive, number, one_row_per_unit) -%}
{%- set table = model.name ~ "__sensitive_" ~ number -%}
{{ people_by_columns(table, model, unit, (columns | list) + [sensitive], one_row_per_unit) }}
{%- endmacro %}
