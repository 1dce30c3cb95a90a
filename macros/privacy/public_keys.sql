{# Every combination of the values that a model lists.
   In:      relation (where it stands), written_keys (for each key its name, and its values as SQL).
   Out:     the relation, one row a combination. #}
{% macro public_keys(relation, written_keys) -%}
CREATE TABLE {{ relation }} AS
SELECT
    {%- for key in written_keys %}
    key_{{ loop.index }}.{{ key.name | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
{%- for key in written_keys %}
{{ "FROM" if loop.first else "CROSS JOIN" }} (
    VALUES
    {%- for value in key.values %}
    ({{ value }}){{ "," if not loop.last }}
    {%- endfor %}
) AS key_{{ loop.index }} ({{ key.name | identifier }})
{%- endfor %};
{%- endmacro %}
