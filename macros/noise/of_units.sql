{# Units of a granularity as a DOUBLE of the measure.
   In:      units (SQL of a DOUBLE), granularity (numerator, denominator), power (2 for squares).
   Out:     SQL of a DOUBLE. #}
{% macro of_units(units, granularity, power=1) -%}
{{ units }}
{%- for _ in range(power) %}{{ " * " ~ granularity.numerator if granularity.numerator != 1 }}{{ " / " ~ granularity.denominator if granularity.denominator != 1 }}{% endfor -%}
{%- endmacro %}
