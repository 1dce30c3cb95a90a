{# A column at its level of generalization, under its own name.
   In:      relation (alias), column (as for `generalized`).
   Out:     a column of a SELECT.
   Promise: what `generalized` promises. #}
{% macro generalized_column(relation, column) -%}
{%- set name = column.name | identifier -%}
{%- set value = generalized(relation, column) -%}
{{ value }}{{ " AS " ~ name if value != relation ~ "." ~ name }}
{%- endmacro %}
