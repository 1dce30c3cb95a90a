{# A code with characters hidden at one end: 555-0123 to 555-01**.
   In:      value (SQL of a text), hidden (how many characters), side (left or right).
   Out:     a VARCHAR as long as the value.
   Promise: nothing of the hidden characters is kept but their number; NULL stays NULL. #}
{% macro mask(value, hidden, side) -%}
{%- set shown = "greatest(length(" ~ value ~ ") - " ~ hidden ~ ", 0)" -%}
{%- if side == 'right' -%}
rpad(left({{ value }}, {{ shown }}), CAST(length({{ value }}) AS INTEGER), '*')
{%- else -%}
lpad(right({{ value }}, {{ shown }}), CAST(length({{ value }}) AS INTEGER), '*')
{%- endif -%}
{%- endmacro %}
