{# A kept attribute as the persona's most frequent value.
   In:      name (model), column, k_event, units (the table of who is in which persona, with the column).
   Out:     private.<name>__mode_<column>: class_id (the number of the persona), its group_id, the
            value, people.
   Promise: at least k_event people of the persona hold the value; otherwise the persona has no row. #}
{% macro persona_mode(name, column, k_event, units="__units") -%}
CREATE TABLE private.{{ (name ~ "__mode_" ~ column.name) | identifier }} AS
WITH large_values AS (
    {{ large_groups("private." ~ ((name ~ units) | identifier), ["class_id", "group_id", column.name], k_event) | indent(4) }}
)

SELECT
    class_id,
    group_id,
    {{ column.name | identifier }},
    people
FROM large_values
QUALIFY row_number() OVER (PARTITION BY class_id, group_id ORDER BY people DESC, {{ column.name | identifier }}) = 1;
{%- endmacro %}
