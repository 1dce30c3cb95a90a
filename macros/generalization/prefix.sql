{# A code cut to its first characters: 33312 to 333**.
   In:      value (SQL of a text), length.
   Out:     a VARCHAR as long as the value.
   Promise: nothing behind the prefix is kept but the number of characters; NULL stays NULL. #}
{% macro prefix(value, length) -%}
rpad(left({{ value }}, {{ length }}), CAST(length({{ value }}) AS INTEGER), '*')
{%- endmacro %}
