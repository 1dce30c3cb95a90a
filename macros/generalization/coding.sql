{# A number as it is, with one open end below and one above: 97 with top 90 to `90+`.
   In:      value (SQL of a number), bottom, top (numbers or none, one of them given).
   Out:     a VARCHAR.
   Promise: each number below `bottom` is one with all others there, each from `top` on too; NULL stays NULL. #}
{% macro coding(value, bottom, top) -%}
CASE
        {%- if top is not none %}
        WHEN {{ value }} >= {{ top }} THEN '{{ top }}+'
        {%- endif %}
        {%- if bottom is not none %}
        WHEN {{ value }} < {{ bottom }} THEN '<{{ bottom }}'
        {%- endif %}
        ELSE CAST({{ value }} AS VARCHAR)
    END
{%- endmacro %}
