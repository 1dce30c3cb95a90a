{# A column at its level of generalization, under its own name.
   In:      relation (alias), column (as for `generalized`).
   Out:     a column of a SELECT.
   Promise: what `generalized` promises; or, where classes differ in levels, what the table of the recoding says
            of the whole combination. #}
{% macro generalized_column(relation, column) -%}
{%- set name = column.name | identifier -%}
{%- if column.recoding -%}
recoding.{{ name }}
{%- else -%}
{%- set value = generalized(relation, column) -%}
{{ value }}{{ " AS " ~ name if value != relation ~ "." ~ name }}
{%- endif -%}
{%- endmacro %}
