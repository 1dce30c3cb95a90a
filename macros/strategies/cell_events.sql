{# How many events a row counts.
   In:      events (SQL of a number), is_repaired.
   Out:     SQL of a BIGINT.
   Promise: events that were added are no evidence: they count as none. #}
{% macro cell_events(events, is_repaired) -%}
CAST({{ ("CASE WHEN is_added THEN 0 ELSE " ~ events ~ " END") if is_repaired else events }} AS BIGINT)
{%- endmacro %}
