{# Every cell is a row.
   In:      name (model), published (columns of personas), dimensions, is_repaired.
   Out:     release.<name>.
   Promise: the rows are the cells of private.<name>__cells, each once; nothing else is read. #}
{% macro aggregate(name, published, dimensions, is_repaired) -%}
CREATE TABLE release.{{ name | identifier }} AS
SELECT
    level,
    {%- for column in published %}
    {{ column | identifier }},
    {%- endfor %}
    period,
    {%- for column in dimensions %}
    {{ column | identifier }},
    {%- endfor %}
    people,
    {{ cell_events("events", is_repaired) }} AS events
FROM private.{{ (name ~ "__cells") | identifier }}
ORDER BY level_number, {% for column in published %}{{ column | identifier }}, {% endfor %}period, {% for column in dimensions %}{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %};
{%- endmacro %}
