{# One level of the roll-up: the cells of enough people, and the events that go on to the next level.
   In:      name (model), index, level (by: columns of the group, period), unit, dimensions, personas, outcome,
            sensitive_outcomes, cap, k_event.
   Out:     private.<name>__level_<index> (cells) and __left_<index> (what they do not cover).
   Promise: a cell has at least k_event people; a sensitive outcome of more than the cap of the group is in none. #}
{% macro event_level(name, index, level, unit, dimensions, personas, outcome, sensitive_outcomes, cap, k_event) -%}
{%- set cell = level.by + ["period_" ~ (level.period or "all_time")] + dimensions -%}
{%- set left = "private." ~ ((name ~ "__left_" ~ (index - 1)) | identifier) -%}
{%- set saturated = "private." ~ ((name ~ "__saturated_" ~ index) | identifier) -%}
{%- if outcome and sensitive_outcomes %}
CREATE TABLE {{ saturated }} AS
{{ saturated_outcomes(left, level.by, unit, personas, outcome, sensitive_outcomes, cap) }};

{% endif -%}
CREATE TABLE private.{{ (name ~ "__level_" ~ index) | identifier }} AS
SELECT
    {%- for column in cell %}
    cells.{{ column | identifier }},
    {%- endfor %}
    count(DISTINCT cells.{{ unit | identifier }}) AS people,
    sum(cells.events) AS events
FROM {{ left }} AS cells
{%- if outcome and sensitive_outcomes %}
ANTI JOIN {{ saturated }} AS saturated
{{- same_values("cells", "saturated", level.by + [outcome]) }}
{%- endif %}
GROUP BY
    {%- for column in cell %}
    cells.{{ column | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
HAVING count(DISTINCT cells.{{ unit | identifier }}) >= {{ k_event }};

CREATE TABLE private.{{ (name ~ "__left_" ~ index) | identifier }} AS
SELECT events.*
FROM {{ left }} AS events
ANTI JOIN private.{{ (name ~ "__level_" ~ index) | identifier }} AS cells
{{- same_values("events", "cells", cell) }};
{%- endmacro %}
