{# The first day of the period of a persona's cell.
   In:      levels (name, by, period).
   Out:     SQL of a DATE, over the columns of the cells.
   Promise: NULL for cells above the personas, of all time, without a date, and of years that have not four digits. #}
{% macro cell_start(levels) -%}
CASE
    WHEN length(split_part(period, '-', 1)) = 4 THEN CASE level
        {%- for level in levels if level.period and "persona_id" in level.by %}
        WHEN {{ level.name | literal }} THEN {{ period_start("period", level.period) }}
        {%- endfor %}
    END
END
{%- endmacro %}
