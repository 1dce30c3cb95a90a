{# A value as its group in a taxonomy, looked up in a joined table of levels.
   In:      value (SQL of the column), levels (alias of the joined table), level, unmapped (error, top or keep).
   Out:     a VARCHAR.
   Promise: NULL stays NULL; a value without a place is `*` where the taxonomy says so (elsewhere the build
            has stopped before). #}
{% macro taxonomy(value, levels, level, unmapped) -%}
{%- if unmapped in ('top', 'keep') -%}
CASE
        WHEN {{ value }} IS NULL THEN NULL
        ELSE coalesce({{ levels }}.level_{{ level }}, '*')
    END
{%- else -%}
{{ levels }}.level_{{ level }}
{%- endif -%}
{%- endmacro %}
