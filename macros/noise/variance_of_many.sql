{# The low or high end of the interval of a variance, where there are surely many values.
   In:      column (as of variance_end).
   Out:     SQL of a DOUBLE, in squares of units.
   Promise: all variances V for which S - V·d is within what noise explains of it, where S = q - c²/n are the squares
            about the mean m = c/n, and d = n - 1 of samples: √(x² + 4m²w² + (m² - V)²v²), for a count n of width v,
            a centred sum c of width w and squares q of width x. It covers about 95 %.
   Source:  Fieller 1954, with S as a line in the noise: it is flat about the mean. #}
{% macro variance_of_many(column) -%}
{%- set sign = " - " if column.part == "low" else " + " -%}
{%- set n = "CAST(noisy." ~ (column.of[0].name | identifier) ~ " AS DOUBLE)" -%}
{%- set c = "CAST(noisy." ~ (column.of[1].name | identifier) ~ " AS DOUBLE)" -%}
{%- set q = "CAST(noisy." ~ (column.of[2].name | identifier) ~ " AS DOUBLE)" -%}
{%- set v, w, x = by_set(column.widths[0]), by_set(column.widths[1]), by_set(column.widths[2]) -%}
{%- set d, m = ("(" ~ n ~ " - 1)" if column.measure.is_sample else n), "(" ~ c ~ " / " ~ n ~ ")" -%}
{%- set squares = "(" ~ q ~ " - " ~ c ~ " * " ~ m ~ ")" -%}
{%- set known = "(pow(" ~ d ~ ", 2) - pow(" ~ v ~ ", 2))" -%}
{%- set apart = "(pow(" ~ x ~ ", 2) + pow(2 * " ~ m ~ " * " ~ w ~ ", 2)) * " ~ known -%}
({{ squares }} * {{ d }} - pow({{ m }} * {{ v }}, 2){{ sign }}sqrt({{ apart }} + pow(({{ squares }} - {{ d }} * pow({{ m }}, 2)) * {{ v }}, 2))) / {{ known }}
{%- endmacro %}
