{# The events of people who have a persona, in numbers.
   In:      model (name, path, line, sql), unit, date (column), dimensions, texts (those of them that are
            text), personas (model), beside (columns of the personas, which are text), periods (finest first).
   Out:     the ENUM private.<model>__text; private.<model>__events: person, persona, beside, the first day of each
            period, dimensions.
   Promise: a row an event; those of people without a persona, and of nobody, are left out. #}
{% macro numbered_events(model, unit, date, dimensions, texts, personas, beside, periods) -%}
{%- set type = "private." ~ ((model.name ~ "__text") | identifier) -%}
{%- set members = "private." ~ ((personas ~ "__members") | identifier) -%}
{%- if beside or texts -%}
-- the texts beside events (private), in their order
CREATE TYPE {{ type }} AS ENUM (
    WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
    ),

    texts AS (
        {%- for column in beside %}
        SELECT {{ column | identifier }} AS text FROM {{ members }}
        {{- "\n        UNION" if texts or not loop.last }}
        {%- endfor %}
        {%- for column in texts %}
        SELECT CAST({{ column | identifier }} AS VARCHAR) AS text FROM authored
        {{- "\n        UNION" if not loop.last }}
        {%- endfor %}
    )

    SELECT text
    FROM texts
    WHERE text IS NOT NULL
    ORDER BY text
);

{% endif -%}
-- what happened to the people of personas (private)
CREATE TABLE private.{{ (model.name ~ "__events") | identifier }} AS
WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
),

people AS (
    SELECT
        members.{{ unit | identifier }},
        members.person,
        members.persona
        {%- for column in beside %},
        CAST(members.{{ column | identifier }} AS {{ type }}) AS {{ column | identifier }}
        {%- endfor %}
    FROM {{ members }} AS members
)

SELECT
    people.person,
    people.persona
    {%- for column in beside %},
    people.{{ column | identifier }}
    {%- endfor %}
    {%- for column in periods %},
    {{ first_day("authored." ~ (date | identifier), column) }} AS period_{{ column }}
    {%- endfor %}
    {%- for column in dimensions %},
    {%- if column in texts %}
    CAST(CAST(authored.{{ column | identifier }} AS VARCHAR) AS {{ type }}) AS {{ column | identifier }}
    {%- else %}
    authored.{{ column | identifier }}
    {%- endif %}
    {%- endfor %}
    {%- if not dimensions %},
    '*' AS period_all_time
    {%- endif %}
FROM authored
INNER JOIN people
    ON authored.{{ unit | identifier }} = people.{{ unit | identifier }};
{%- endmacro %}
