{# A whole number as a BIGINT, whatever its size.
   In:      value (SQL of a HUGEINT).
   Out:     SQL of a BIGINT: the nearest one. #}
{% macro within_bigint(value) -%}
CAST(least(greatest({{ value }}, -9223372036854775808), 9223372036854775807) AS BIGINT)
{%- endmacro %}
