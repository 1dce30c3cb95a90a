{# A date as a calendar period: 2014-04-17, 2014-W16 (from Monday), 2014-04, 2014-Q2 or 2014.
   In:      value (SQL of a date or timestamp), period (day, week, month, quarter, year).
   Out:     a VARCHAR that sorts by time.
   Promise: nothing finer than the period is kept; NULL stays NULL. #}
{% macro period(value, period) -%}
{%- if period == 'day' -%}
strftime({{ value }}, '%Y-%m-%d')
{%- elif period == 'week' -%}
strftime({{ value }}, '%G-W%V')
{%- elif period == 'month' -%}
strftime({{ value }}, '%Y-%m')
{%- elif period == 'quarter' -%}
strftime({{ value }}, '%Y') || '-Q' || CAST(quarter({{ value }}) AS VARCHAR)
{%- else -%}
strftime({{ value }}, '%Y')
{%- endif -%}
{%- endmacro %}
