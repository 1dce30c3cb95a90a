{# The first day of a period: of 2014-04-17, 2014-W16, 2014-04, 2014-Q2 or 2014.
   In:      value (SQL of a period as `period` writes it), period (day, week, month, quarter, year).
   Out:     a DATE.
   Promise: what is no such period becomes NULL. #}
{% macro period_start(value, period) -%}
{%- if period == 'day' -%}
TRY_CAST({{ value }} AS DATE)
{%- elif period == 'week' -%}
CAST(try_strptime({{ value }} || '-1', '%G-W%V-%u') AS DATE)
{%- elif period == 'month' -%}
TRY_CAST({{ value }} || '-01' AS DATE)
{%- elif period == 'quarter' -%}
TRY_CAST(left({{ value }}, 5) || CAST(3 * TRY_CAST(right({{ value }}, 1) AS INTEGER) - 2 AS VARCHAR) || '-01' AS DATE)
{%- else -%}
TRY_CAST({{ value }} || '-01-01' AS DATE)
{%- endif -%}
{%- endmacro %}
