{# The low or high end of the interval of a variance or standard deviation.
   In:      column (part; measure: kind, is_sample; of: number of values, sum less the middle, sum of squares; widths:
            three of which 95 of 100 times the noise of each is at most so wide, in each set; three that all hold).
   Out:     SQL of a DOUBLE from 0 to what numbers within the bounds can have (Popoviciu 1935), which is the high end
            where there may be too few values.
   Promise: it covers about 95 % where there are four times as many values as the width of their count, and at
            least that elsewhere. #}
{% macro variance_end(column) -%}
{%- set measure, bounds = column.measure, column.of[0].bounds -%}
{%- set count, fewest = "noisy." ~ (column.of[0].name | identifier), 2 if measure.is_sample else 1 -%}
{%- set range = bounds.highest - bounds.lowest -%}
{%- set most = (range * range) ~ (" / 2e0" if measure.is_sample else " / 4e0") -%}
{%- set units = "CASE WHEN " ~ count ~ " - 1 >= 4e0 * " ~ by_set(column.widths[0]) ~ " THEN least(greatest(" ~ variance_of_many(column) ~ ", 0), " ~ most ~ ") ELSE " ~ variance_of_few(column, most) ~ " END" -%}
CASE WHEN {{ count }} >= {{ fewest }} THEN {{ of_units("sqrt(" ~ units ~ ")", bounds.granularity) if measure.kind == "stddev" else of_units("(" ~ units ~ ")", bounds.granularity, 2) }} END
{%- endmacro %}
