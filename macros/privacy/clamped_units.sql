{# A value as a whole number of units, within declared bounds.
   In:      value (SQL of a number), bounds (lowest, highest: whole units; granularity: the size of one;
            null_units: what counts in place of NULL, or none), middle (units that are taken off).
   Out:     a BIGINT; for NULL and for what is no number NULL, or what was declared in its place.
   Promise: it lies from lowest - middle to highest - middle, whatever the value; nothing is added up before. #}
{% macro clamped_units(value, bounds, middle=0) -%}
CASE WHEN NOT isnan(CAST({{ value }} AS DOUBLE)) THEN CAST(least(greatest(round(CAST({{ value }} AS DOUBLE) / {{ bounds.granularity | literal }}), {{ bounds.lowest }}), {{ bounds.highest }}) AS BIGINT){{ " - " ~ middle if middle > 0 }}{{ " + " ~ -middle if middle < 0 }}{{ " ELSE " ~ (bounds.null_units - middle) if bounds.null_units is number }} END
{%- endmacro %}
