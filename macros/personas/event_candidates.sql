{# Which events can stand in a row of a persona at all: most cannot, and need not be looked at there.
   In:      name (model), dimensions, outcome (column or none), block (columns of the personas), k_event.
   Out:     private.<name>__often: kinds of events that at least k_event people of a persona have; __candidates:
            the events of such a persona and kind, whatever the outcome; __others: how many people of each
            block have one of the other events, counted no further than 256.
   Promise: all events of a persona and a kind (outcomes apart) are candidates, or none is. #}
{% macro event_candidates(name, dimensions, outcome, block, k_event) -%}
{%- set events = "private." ~ ((name ~ "__events") | identifier) -%}
{%- set often = "private." ~ ((name ~ "__often") | identifier) -%}
{%- set family = ["persona"] + (dimensions | reject("in", [outcome, "is_added"]) | list) -%}
{%- set kind = (block | list) + (dimensions | list) -%}
-- events that may be in a row of a persona (private), and how many people of a block have others
CREATE TABLE {{ often }} AS
SELECT
    persona
    {%- for column in dimensions %},
    {{ column | identifier }}
    {%- endfor %}
FROM {{ events }}
GROUP BY persona{% for column in dimensions %}, {{ column | identifier }}{% endfor %}
HAVING count(DISTINCT person) >= {{ k_event }};

CREATE TABLE private.{{ (name ~ "__candidates") | identifier }} AS
SELECT events.*
FROM {{ events }} AS events
SEMI JOIN {{ often }} AS often
{{- same_values("events", "often", family) }};

CREATE TABLE private.{{ (name ~ "__others") | identifier }} AS
SELECT
    {%- for column in kind %}
    events.{{ column | identifier }},
    {%- endfor %}
    count(DISTINCT events.person % 256) AS people
FROM {{ events }} AS events
ANTI JOIN {{ often }} AS often
{{- same_values("events", "often", family) }}
{%- if kind %}
GROUP BY {% for column in kind %}events.{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %}
{%- endif %};
{%- endmacro %}
