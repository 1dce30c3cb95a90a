{# Counted or added up units as they are released.
   In:      column (of: its first one has bounds, or none; is_whole, is_at_least_zero), units (SQL of a HUGEINT).
   Out:     SQL of a BIGINT where units are whole numbers of the measure, else of a DOUBLE; not below 0 if so asked. #}
{% macro counted_units(column, units) -%}
{%- set bounds = column.of[0].bounds -%}
{%- set kept = "greatest(" ~ units ~ ", 0)" if column.is_at_least_zero else units -%}
{%- if not column.is_whole -%}
{{ of_units("CAST(" ~ kept ~ " AS DOUBLE)", bounds.granularity) }}
{%- elif bounds and bounds.granularity.numerator != 1 -%}
{{ within_bigint("CAST(" ~ within_bigint(kept) ~ " AS HUGEINT) * " ~ bounds.granularity.numerator) }}
{%- else -%}
{{ within_bigint(kept) }}
{%- endif -%}
{%- endmacro %}
