{# The low or high end of the interval of a variance or standard deviation.
   In:      column (part; measure: kind, is_sample; of: number of values, sum less the middle, sum of squares; widths).
   Out:     SQL of a DOUBLE from 0 to what numbers within the bounds can have (Popoviciu 1935), which is the high end
            where there may be too few values.
   Promise: each of the three parts is within its width; the least and the greatest variance of such parts. #}
{% macro variance_end(column) -%}
{%- set measure, bounds, is_low = column.measure, column.of[0].bounds, column.part == "low" -%}
{%- set fewest = 2 if measure.is_sample else 1 -%}
{%- set count, count_width = "noisy." ~ (column.of[0].name | identifier), by_set(column.widths[0]) -%}
{%- set total, total_width = "abs(noisy." ~ (column.of[1].name | identifier) ~ ")", by_set(column.widths[1]) -%}
{%- set squares = "CAST(noisy." ~ (column.of[2].name | identifier) ~ (" - " if is_low else " + ") ~ by_set(column.widths[2]) ~ " AS DOUBLE)" -%}
{%- set near = "CAST(greatest(" ~ total ~ " - " ~ total_width ~ ", 0) AS DOUBLE)" -%}
{%- set far = "CAST(" ~ total ~ " + " ~ total_width ~ " AS DOUBLE)" -%}
{%- set fewer = "CAST(" ~ count ~ " - " ~ count_width ~ " AS DOUBLE)" -%}
{%- set more = "CAST(" ~ count ~ " + " ~ count_width ~ " AS DOUBLE)" -%}
{%- set less = " - 1" if measure.is_sample else "" -%}
{%- set range = bounds.highest - bounds.lowest -%}
{%- set most = (range * range) ~ (" / 2e0" if measure.is_sample else " / 4e0") -%}
{%- set end = "greatest(" ~ squares ~ " - " ~ far ~ " * (" ~ far ~ " / " ~ fewer ~ "), 0) / (" ~ more ~ less ~ ")" if is_low else "greatest(" ~ squares ~ " - " ~ near ~ " * (" ~ near ~ " / " ~ more ~ "), 0) / (" ~ fewer ~ less ~ ")" -%}
{%- set units = "CASE WHEN " ~ fewer ~ " < " ~ fewest ~ " THEN " ~ ("0e0" if is_low else most) ~ " ELSE least(" ~ end ~ ", " ~ most ~ ") END" -%}
CASE WHEN {{ count }} >= {{ fewest }} THEN {{ of_units("sqrt(" ~ units ~ ")", bounds.granularity) if measure.kind == "stddev" else of_units("(" ~ units ~ ")", bounds.granularity, 2) }} END
{%- endmacro %}
