{# Personas of whom everybody has exactly one event of a family: a kind of events, outcomes apart. What the rows of such
   a persona leave of it is known: its people less theirs.
   In:      name (model), personas (model), family (columns of the kind), beside (columns of the personas).
   Out:     private.<name>__known: persona, beside, family.
   Promise: each such persona and family once. #}
{% macro known_personas(name, personas, family, beside) -%}
{%- set events = "private." ~ ((name ~ "__events") | identifier) -%}
-- personas of whom everybody has exactly one event of a kind (private): what their rows leave is known
CREATE TABLE private.{{ (name ~ "__known") | identifier }} AS
WITH everyone AS (
    SELECT
        persona,
        count(*) AS people
    FROM private.{{ (personas ~ "__members") | identifier }}
    GROUP BY persona
),

counted AS (
    SELECT
        persona,
        {%- for column in family %}
        {{ column | identifier }},
        {%- endfor %}
        count(*) AS events
    FROM {{ events }}
    GROUP BY persona{% for column in family %}, {{ column | identifier }}{% endfor %}
)

SELECT
    events.persona
    {%- for column in (beside | list) + family %},
    events.{{ column | identifier }}
    {%- endfor %}
FROM everyone
INNER JOIN counted
    ON everyone.persona = counted.persona
    AND everyone.people = counted.events
INNER JOIN {{ events }} AS events
{{- same_values("counted", "events", ["persona"] + family) }}
GROUP BY events.persona, everyone.people{% for column in (beside | list) + family %}, events.{{ column | identifier }}{% endfor %}
HAVING count(DISTINCT events.person) = everyone.people;
{%- endmacro %}
