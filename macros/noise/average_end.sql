{# The low or high end of the interval of an average.
   In:      column (part; of: number of values, their sum less the middle; widths).
   Out:     SQL of a DOUBLE within the bounds; the bound itself where there may be no value at all.
   Promise: a centred sum in [c - w, c + w] over a count in [n - v, n + v]: the least and the greatest of quotients. #}
{% macro average_end(column) -%}
{%- set bounds, is_low = column.of[0].bounds, column.part == "low" -%}
{%- set count, least_count, most_count = "noisy." ~ (column.of[0].name | identifier), "CAST(noisy." ~ (column.of[0].name | identifier) ~ " - " ~ by_set(column.widths[0]) ~ " AS DOUBLE)", "CAST(noisy." ~ (column.of[0].name | identifier) ~ " + " ~ by_set(column.widths[0]) ~ " AS DOUBLE)" -%}
{%- set total = "CAST(noisy." ~ (column.of[1].name | identifier) ~ (" - " if is_low else " + ") ~ by_set(column.widths[1]) ~ " AS DOUBLE)" -%}
{%- set quotient = ("least(" if is_low else "greatest(") ~ total ~ " / " ~ least_count ~ ", " ~ total ~ " / " ~ most_count ~ ")" -%}
CASE WHEN {{ count }} < 1 THEN NULL WHEN {{ least_count }} < 1 THEN {{ (bounds.low if is_low else bounds.high) | literal }} ELSE least(greatest({{ of_units("(" ~ column.of[1].middle ~ " + " ~ quotient ~ ")", bounds.granularity) }}, {{ bounds.low | literal }}), {{ bounds.high | literal }}) END
{%- endmacro %}
