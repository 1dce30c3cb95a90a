{# The low or high end of the interval of a variance, however few values there are.
   In:      column (as of variance_end), most (SQL of the greatest variance of numbers within the bounds).
   Out:     SQL of a DOUBLE, in squares of units.
   Promise: each of the three parts is within its width; the least and the greatest variance of such parts. #}
{% macro variance_of_few(column, most) -%}
{%- set measure, is_low = column.measure, column.part == "low" -%}
{%- set fewest = 2 if measure.is_sample else 1 -%}
{%- set count, count_width = "noisy." ~ (column.of[0].name | identifier), by_set(column.widths[3]) -%}
{%- set total, total_width = "abs(noisy." ~ (column.of[1].name | identifier) ~ ")", by_set(column.widths[4]) -%}
{%- set squares = "CAST(noisy." ~ (column.of[2].name | identifier) ~ (" - " if is_low else " + ") ~ by_set(column.widths[5]) ~ " AS DOUBLE)" -%}
{%- set near = "CAST(greatest(" ~ total ~ " - " ~ total_width ~ ", 0) AS DOUBLE)" -%}
{%- set far = "CAST(" ~ total ~ " + " ~ total_width ~ " AS DOUBLE)" -%}
{%- set fewer = "CAST(" ~ count ~ " - " ~ count_width ~ " AS DOUBLE)" -%}
{%- set more = "CAST(" ~ count ~ " + " ~ count_width ~ " AS DOUBLE)" -%}
{%- set less = " - 1" if measure.is_sample else "" -%}
{%- set end = "greatest(" ~ squares ~ " - " ~ far ~ " * (" ~ far ~ " / " ~ fewer ~ "), 0) / (" ~ more ~ less ~ ")" if is_low else "greatest(" ~ squares ~ " - " ~ near ~ " * (" ~ near ~ " / " ~ more ~ "), 0) / (" ~ fewer ~ less ~ ")" -%}
CASE WHEN {{ fewer }} < {{ fewest }} THEN {{ "0e0" if is_low else most }} ELSE least({{ end }}, {{ most }}) END
{%- endmacro %}
