{# The first of so many personas that stand side by side in their group.
   In:      place (of the persona in its group, from 0, SQL), size; in scope: groups (first_persona).
   Out:     the number of the first. #}
{% macro first_neighbour(place, size) -%}
CAST(groups.first_persona + {{ place }} // {{ size }} * {{ size }} AS INTEGER)
{%- endmacro %}
