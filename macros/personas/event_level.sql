{# One level of the roll-up: the cells of enough people; the events that are left go on to the next level.
   In:      name (model), index, level (keys: columns of the personas; columns: those and the period; onward:
            columns of the group in which what is left must find k_event people, or none at the end;
            is_of_personas; first: the index of the first with the same keys), left (relation of the events),
            dimensions, outcome, sensitive_outcomes, k_event.
   Out:     private.<name>__level_<index>.
   Promise: a cell has at least k_event people; a sensitive outcome of more than the cap of the group is in
            none; where fewer than k_event people would be left in a group of the next level, its smallest cell stays
            behind with them, so that they can be counted there instead of being lost; and so it is in a group
            of this level whose events differ in the outcome alone, or in whether a repair has added them, so that its
            people less those of its rows are nobody or at least k_event. #}
{% macro event_level(name, index, level, left, dimensions, outcome, sensitive_outcomes, k_event) -%}
{%- set cell = (level.columns | list) + (dimensions | list) or ["period_all_time"] -%}
{%- set family = (level.keys | list) + (dimensions | reject("in", [outcome, "is_added"]) | list) -%}
{%- set saturated = "private." ~ ((name ~ "__saturated_" ~ level.first) | identifier) -%}
CREATE TABLE private.{{ (name ~ "__level_" ~ index) | identifier }} AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        {%- for column in cell %}
        events.{{ column | identifier }},
        {%- endfor %}
        count(*) AS events
    FROM {{ left }} AS events
    {%- if outcome and sensitive_outcomes %}
    ANTI JOIN {{ saturated }} AS saturated
    {{- same_values("events", "saturated", (level.keys | list) + [outcome]) | indent(4) }}
    {%- endif %}
    GROUP BY events.person{% for column in cell %}, events.{{ column | identifier }}{% endfor %}
),

cells AS (
    SELECT
        {%- for column in cell %}
        {{ column | identifier }},
        {%- endfor %}
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY {% for column in cell %}{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %}
    HAVING count(*) >= {{ k_event }}
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person
        {%- for column in (level.keys | list) + (dimensions | list) %},
        events.{{ column | identifier }}
        {%- endfor %}
    FROM {{ left }} AS events
    ANTI JOIN cells
    {{- same_values("events", "cells", cell) | indent(4) }}
),
{%- if level.onward is not none %}

{{ short_of_next_level(name, level, dimensions, k_event) }}

{{ held_back("held_for_next_level", "short_groups", (level.onward | list) + (dimensions | list), cell, outcome, sensitive_outcomes, not level.onward) }},
{%- endif %}

{{ short_groups("short_rests", family, k_event) }}

{{ held_back("held_for_rest", "short_rests", family, cell, outcome, sensitive_outcomes) }}

SELECT cells.*
FROM cells
{%- if level.onward is not none %}
ANTI JOIN held_for_next_level
{{- same_values("cells", "held_for_next_level", cell) }}
{%- endif %}
ANTI JOIN held_for_rest
{{- same_values("cells", "held_for_rest", cell) }};
{%- endmacro %}
