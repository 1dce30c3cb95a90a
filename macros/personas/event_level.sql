{# One level of the roll-up: the cells of enough people, and the events that go on to the next level.
   In:      name (model), index, level (by: columns of the cell, period, onward: columns of the group in which
            what is left must find k_event people, or none at the end), unit, dimensions, personas, outcome,
            sensitive_outcomes, cap, k_event.
   Out:     private.<name>__level_<index> (cells) and __left_<index> (what they do not cover).
   Promise: a cell has at least k_event people; a sensitive outcome of more than the cap of the group is in
            none; where fewer than k_event people would be left in a group of the next level, its smallest cell stays
            behind with them, so that they can be counted there instead of being lost; and so it is in a group
            of this level whose events differ in the outcome alone, so that its people less those of its rows
            are nobody or at least k_event. #}
{% macro event_level(name, index, level, unit, dimensions, personas, outcome, sensitive_outcomes, cap, k_event) -%}
{%- set cell = (level.by | list) + ["period_" ~ (level.period or "all_time")] + (dimensions | list) -%}
{%- set left = "private." ~ ((name ~ "__left_" ~ (index - 1)) | identifier) -%}
{%- set saturated = "private." ~ ((name ~ "__saturated_" ~ index) | identifier) -%}
{%- if outcome and sensitive_outcomes -%}
CREATE TABLE {{ saturated }} AS
{{ saturated_outcomes(left, level.by, unit, personas, outcome, sensitive_outcomes, cap) }};

{% endif -%}
CREATE TABLE private.{{ (name ~ "__level_" ~ index) | identifier }} AS
WITH cells AS (
    SELECT
        {%- for column in cell %}
        events.{{ column | identifier }},
        {%- endfor %}
        count(DISTINCT events.{{ unit | identifier }}) AS people,
        sum(events.events) AS events
    FROM {{ left }} AS events
    {%- if outcome and sensitive_outcomes %}
    ANTI JOIN {{ saturated }} AS saturated
    {{- same_values("events", "saturated", (level.by | list) + [outcome]) | indent(4) }}
    {%- endif %}
    GROUP BY
        {%- for column in cell %}
        events.{{ column | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    HAVING count(DISTINCT events.{{ unit | identifier }}) >= {{ k_event }}
)
{%- if level.onward is not none %},

{{ held_back("held_for_next_level", "short_groups", left, (level.onward | list) + (dimensions | list), cell, unit, outcome, sensitive_outcomes, k_event) }}
{%- endif %},

{{ held_back("held_for_rest", "short_rests", left, (level.by | list) + (dimensions | reject("equalto", outcome) | list), cell, unit, outcome, sensitive_outcomes, k_event) }}

SELECT
    {%- for column in cell %}
    cells.{{ column | identifier }},
    {%- endfor %}
    cells.people,
    cells.events
FROM cells
{%- if level.onward is not none %}
ANTI JOIN held_for_next_level
{{- same_values("cells", "held_for_next_level", cell) }}
{%- endif %}
ANTI JOIN held_for_rest
{{- same_values("cells", "held_for_rest", cell) }};

CREATE TABLE private.{{ (name ~ "__left_" ~ index) | identifier }} AS
SELECT events.*
FROM {{ left }} AS events
ANTI JOIN private.{{ (name ~ "__level_" ~ index) | identifier }} AS cells
{{- same_values("events", "cells", cell) }};
{%- endmacro %}
