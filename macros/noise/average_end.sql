{# The low or high end of the interval of an average.
   In:      column (part; of: number of values, their sum less the middle; widths: 95 of 100 times the noise of each
            is at most so wide, in each set).
   Out:     SQL of a DOUBLE within the bounds; the bound itself where there may be no value at all.
   Promise: all averages a for which c - a·n is within what its noise explains, √(w² + a²·v²), of a centred sum c
            of width w and a count n of width v; so it covers about 95 % however few values there are.
   Source:  Fieller 1954. #}
{% macro average_end(column) -%}
{%- set bounds, sign = column.of[0].bounds, " - " if column.part == "low" else " + " -%}
{%- set bound = (bounds.low if column.part == "low" else bounds.high) | literal -%}
{%- set count, total = "noisy." ~ (column.of[0].name | identifier), "noisy." ~ (column.of[1].name | identifier) -%}
{%- set n, c = "CAST(" ~ count ~ " AS DOUBLE)", "CAST(" ~ total ~ " AS DOUBLE)" -%}
{%- set v, w = by_set(column.widths[0]), by_set(column.widths[1]) -%}
{%- set known = "(pow(" ~ n ~ ", 2) - pow(" ~ v ~ ", 2))" -%}
{%- set end = "(" ~ c ~ " * " ~ n ~ sign ~ "sqrt(pow(" ~ w ~ ", 2) * " ~ known ~ " + pow(" ~ c ~ " * " ~ v ~ ", 2))) / " ~ known -%}
CASE WHEN {{ count }} < 1 THEN NULL WHEN {{ count }} <= {{ v }} THEN {{ bound }} ELSE least(greatest({{ of_units("(" ~ column.of[1].middle ~ " + " ~ end ~ ")", bounds.granularity) }}, {{ bounds.low | literal }}), {{ bounds.high | literal }}) END
{%- endmacro %}
