{# Personas of whom everybody has exactly one event of a family: a kind of events, outcomes apart. What the rows of such
   a persona leave of it is known: its people less theirs.
   In:      name (model), family (columns of the kind), beside (columns of the personas).
   Out:     private.<name>__known: persona, beside, family.
   Promise: each such persona and family once. #}
{% macro known_personas(name, family, beside) -%}
{%- set events = "private." ~ ((name ~ "__events") | identifier) -%}
-- personas of whom everybody has exactly one event of a kind (private): what their rows leave is known
CREATE TABLE private.{{ (name ~ "__known") | identifier }} AS
WITH everyone AS (
    SELECT
        persona,
        {%- for column in beside %}
        {{ column | identifier }},
        {%- endfor %}
        count(*) AS people
    FROM private.{{ (name ~ "__people") | identifier }}
    GROUP BY persona{% for column in beside %}, {{ column | identifier }}{% endfor %}
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
    everyone.persona
    {%- for column in beside %},
    everyone.{{ column | identifier }}
    {%- endfor %}
    {%- for column in family %},
    counted.{{ column | identifier }}
    {%- endfor %}
FROM everyone
INNER JOIN counted
    ON everyone.persona = counted.persona
    AND everyone.people = counted.events
INNER JOIN {{ events }} AS events
{{- same_values("counted", "events", ["persona"] + family) }}
GROUP BY everyone.persona, everyone.people{% for column in beside %}, everyone.{{ column | identifier }}{% endfor %}{% for column in family %}, counted.{{ column | identifier }}{% endfor %}
HAVING count(DISTINCT events.person) = everyone.people;
{%- endmacro %}
