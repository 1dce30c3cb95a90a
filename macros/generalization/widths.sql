{# A number as a band of equal width, with open ends.
   In:      value (SQL of a number), width, bottom, top (numbers or none), is_integer.
   Out:     a VARCHAR: `20-29`, `90+`, `<18`; for fractions `20 to under 30`.
   Promise: each number has one band, NULL stays NULL, and a band ends where an open end begins. #}
{% macro widths(value, width, bottom, top, is_integer) -%}
{%- set is_whole = width == width | int -%}
{%- set whole = "CAST(floor(" ~ value ~ " / " ~ width ~ ") * " ~ width ~ " AS BIGINT)" -%}
{%- set fraction = "round(floor(round(" ~ value ~ " / " ~ width ~ "::DOUBLE, 9)) * " ~ width ~ "::DOUBLE, 9)" -%}
{%- set edge = whole if is_whole else fraction -%}
{%- set low = "greatest(" ~ edge ~ ", " ~ bottom ~ ")" if bottom is not none else edge -%}
{%- set high = edge ~ " + " ~ width if is_whole else "round(" ~ edge ~ " + " ~ width ~ ", 9)" -%}
{%- set high = "least(" ~ high ~ ", " ~ top ~ ")" if top is not none else high -%}
CASE
        WHEN {{ value }} IS NULL THEN NULL
        {%- if top is not none %}
        WHEN {{ value }} >= {{ top }} THEN '{{ top }}+'
        {%- endif %}
        {%- if bottom is not none %}
        WHEN {{ value }} < {{ bottom }} THEN '<{{ bottom }}'
        {%- endif %}
        {%- if is_integer and is_whole %}
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
