{# What a persona is called outside: random to whoever lacks the project's secret, one name for one number.
   In:      personas (model), number (SQL of the number of the persona).
   Out:     a VARCHAR.
   Promise: a keyed hash: it tells nothing of the number, nor of whoever is in the persona. #}
{% macro persona_name(personas, number) -%}
'p' || left(sha256(concat_ws('|', getvariable('release_secret'), {{ personas | literal }}, {{ number }})), 16)
{%- endmacro %}
