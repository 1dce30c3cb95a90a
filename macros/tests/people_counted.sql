{# How many people the rows of a group are of.
   In:      people: the unit whose values are counted once each, `rows` where each row is a person, or the column
            that holds a number of people; how (`unit`, `rows`, `sum`, `max`).
   Out:     an aggregate.
   Promise: never more than there are: where people of several rows may be the same, the largest row counts. #}
{% macro people_counted(people, how) -%}
{%- if how == "unit" -%}
count(DISTINCT {{ people | identifier }})
{%- elif how == "rows" -%}
count(*)
{%- else -%}
{{ how }}({{ people | identifier }})
{%- endif -%}
{%- endmacro %}
