{# The first day of the period of a date: numbers group and join faster than the texts of periods.
   In:      value (SQL of a date or timestamp), period (day, week, month, quarter, year).
   Out:     a DATE.
   Promise: nothing finer than the period is kept; NULL stays NULL. #}
{% macro first_day(value, period) -%}
CAST(date_trunc('{{ period }}', {{ value }}) AS DATE)
{%- endmacro %}
