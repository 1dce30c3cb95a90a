{# A column at its level of generalization.
   In:      relation (alias), column (name, hierarchy, level, is_integer, is_text, levels_alias).
   Out:     a SQL expression, VARCHAR.
   Promise: level 0 is the value as given; the top is `*` for everybody, NULL included; between them the
            value is what the hierarchy says, and NULL is a value of its own. #}
{% macro generalized(relation, column) -%}
{%- set value = relation ~ "." ~ (column.name | identifier) -%}
{%- set hierarchy = column.hierarchy -%}
{%- if column.level == hierarchy.height -%}
'*'
{%- elif hierarchy.kind == 'taxonomy' and (column.level > 0 or hierarchy.unmapped == 'top') -%}
{{ taxonomy(value, column.levels_alias | identifier, column.level, hierarchy.unmapped) }}
{%- elif column.level == 0 -%}
{{ value if column.is_text else "CAST(" ~ value ~ " AS VARCHAR)" }}
{%- elif hierarchy.kind == 'widths' -%}
{{ widths(value, hierarchy.widths[column.level - 1], hierarchy.bottom, hierarchy.top, column.is_integer) }}
{%- elif hierarchy.kind == 'intervals' -%}
{{ intervals(value, hierarchy.intervals[column.level - 1], hierarchy.bottom, hierarchy.top, column.is_integer) }}
{%- elif hierarchy.kind == 'prefix' -%}
{{ prefix(value, hierarchy.prefix[column.level - 1]) }}
{%- elif hierarchy.kind == 'mask' -%}
{{ mask(value, hierarchy.mask[column.level - 1], hierarchy.side) }}
{%- elif hierarchy.kind == 'coding' -%}
{{ coding(value, hierarchy.bottom, hierarchy.top) }}
{%- elif hierarchy.kind == 'dates' -%}
{{ period(value, hierarchy.dates[column.level - 1]) }}
{%- endif -%}
{%- endmacro %}
