{# The low or high end of the 95 % interval of a measure, computed of noisy columns and of public widths alone.
   In:      column (part: low or high; measure; of; widths: for each of these, what its noise may be off in each set).
   Out:     SQL of what the measure is; NULL where the measure is.
   Promise: the bounded value lies between both ends with a chance of 95 %, as closely as whole numbers allow; of
            averages and variances about that, and of few values more. #}
{% macro interval_end(column) -%}
{%- set noisy = "noisy." ~ (column.of[0].name | identifier) -%}
{%- set sign = "-" if column.part == "low" else "+" -%}
{%- if column.measure.kind == "avg" -%}
{{ average_end(column) }}
{%- elif column.measure.kind in ("variance", "stddev") -%}
{{ variance_end(column) }}
{%- elif column.is_agreed -%}
{{ counted_units(column, ("least(" if column.part == "low" else "greatest(") ~ noisy ~ " " ~ sign ~ " " ~ by_set(column.widths[0]) ~ ", noisy." ~ ((column.of[0].name ~ "__agreed") | identifier) ~ ")") }}
{%- else -%}
{{ counted_units(column, noisy ~ " " ~ sign ~ " " ~ by_set(column.widths[0])) }}
{%- endif -%}
{%- endmacro %}
