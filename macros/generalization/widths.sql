{# A number as a band of equal width, with open ends.
   In:      value (SQL of a number), width, bottom, top (numbers or none), is_integer.
   Out:     a VARCHAR: `20-29`, `90+`, `<18`; for fractions `20 to under 30`.
   Promise: each number has one band, NULL stays NULL, and a band ends where an open end begins. #}
{% macro widths(value, width, bottom, top, is_integer) -%}
{%- set low = "CAST(floor(" ~ value ~ " / " ~ width ~ ") * " ~ width ~ " AS BIGINT)" -%}
{%- set low = "greatest(" ~ low ~ ", " ~ bottom ~ ")" if bottom is not none else low -%}
{%- set high = "CAST(floor(" ~ value ~ " / " ~ width ~ ") * " ~ width ~ " AS BIGINT) + " ~ width -%}
{%- set high = "least(" ~ high ~ ", " ~ top ~ ")" if top is not none else high -%}
CASE
        WHEN {{ value }} IS NULL THEN NULL
        {%- if top is not none %}
        WHEN {{ value }} >= {{ top }} THEN '{{ top }}+'
        {%- endif %}
        {%- if bottom is not none %}
        WHEN {{ value }} < {{ bottom }} THEN '<{{ bottom }}'
        {%- endif %}
        {%- if is_integer %}
        ELSE concat(
            {{ low }},
            '-',
            {{ high }} - 1
        )
        {%- else %}
        ELSE concat(
            {{ low }},
            ' to under ',
            {{ high }}
        )
        {%- endif %}
    END
{%- endmacro %}
