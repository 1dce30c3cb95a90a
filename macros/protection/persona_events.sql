{# Events of personas, each counted in exactly one row: at the finest level where at least k_event people stand
   behind the events that are not yet published.
   In:      model (name, path, line, sql), unit, date (column), dimensions (the other columns), texts (those of
            them that are text), personas (model), block, age (column of the personas or none), levels (finest
            first: name, by, period, comment), outcome (column or none), sensitive_outcomes, cap, k_event,
            strategy (name, is_repaired, max_rows, event_type, ranks; or none to release every cell).
   Out:     private.<model>__events, __often, __candidates, __others, one to three private tables or
            views a level, __known, __above, __links and __held (rows that stay behind), private.<model>__cells
            (those of all levels that do not), and release.<model>. In the private ones but the cells a text is its place in the ENUM private.<model>__text, people and personas are numbers,
            and a period is its first day: such group and join faster.
   Promise: the rows partition the events of people who have a persona, so no row is another less a few people; no row
            has fewer than k_event people; a sensitive outcome that is true of more than the cap of a group
            goes one level up; what adding and subtracting counts tells of people with one event of a kind each
            is the number of nobody, or of at least k_event. #}
{% macro persona_events(model, unit, date, dimensions, texts, personas, block, age, levels, outcome, sensitive_outcomes, cap, k_event, strategy=none) -%}
{%- set name = model.name -%}
{%- set beside = (block | list) + ([age] if age else []) -%}
{%- set published = ["persona_id"] + beside -%}
{%- set of_personas = levels | selectattr("is_of_personas") | list -%}
{%- set type = "private." ~ ((name ~ "__text") | identifier) -%}
{%- set events = "private." ~ ((name ~ "__events") | identifier) -%}
{{ numbered_events(model, unit, date, dimensions, texts, personas, beside, levels | map(attribute="period") | select | unique | list) }}

{{ event_candidates(name, dimensions, outcome, block, k_event) }}
{%- for level in levels %}
{%- set is_after = loop.index > of_personas | length %}
{%- set left = name ~ ("__candidates" if loop.first else "__left_" ~ loop.index0) %}

-- level {{ loop.index }}: {{ level.comment }}
{%- if loop.index0 == of_personas | length %}
CREATE VIEW private.{{ left | identifier }} AS
SELECT events.*
FROM {{ events }} AS events
{%- for before in of_personas %}
{%- set cells = "cells_" ~ loop.index %}
ANTI JOIN private.{{ (name ~ "__level_" ~ loop.index) | identifier }} AS {{ cells }}
{{- same_values("events", cells, (before.columns | list) + (dimensions | list)) }}
{%- endfor %};
{% endif %}
{%- if outcome and sensitive_outcomes and level.first == loop.index %}
CREATE TABLE private.{{ (name ~ "__saturated_" ~ loop.index) | identifier }} AS
{{ saturated_outcomes(("private." ~ (left | identifier)) if is_after else events, level.keys, personas, outcome, sensitive_outcomes, cap) }};
{% endif %}
{{ event_level(name, loop.index, level, "private." ~ (left | identifier), dimensions, outcome, sensitive_outcomes, k_event) }}
{%- if not loop.last and loop.index != of_personas | length %}

CREATE {{ "TABLE" if is_after else "VIEW" }} private.{{ (name ~ "__left_" ~ loop.index) | identifier }} AS
SELECT events.*
FROM private.{{ left | identifier }} AS events
ANTI JOIN private.{{ (name ~ "__level_" ~ loop.index) | identifier }} AS cells
{{- same_values("events", "cells", (level.columns | list) + (dimensions | list)) }};
{%- endif %}
{%- endfor %}

{% set family = dimensions | reject("in", [outcome, "is_added"]) | list -%}
{%- set periods = levels | map(attribute="period") | select | unique | map("replace", "", "period_", 1) | list -%}
{{ known_personas(name, personas, family, beside) }}

{{ rows_above(name, family, dimensions, periods, outcome, sensitive_outcomes, beside, levels) }}

{{ rows_held_back(name, family, dimensions, periods, beside, levels, k_event) }}

-- the cells of all levels (private), texts as texts again
CREATE TABLE private.{{ (name ~ "__cells") | identifier }} AS
{%- for level in levels %}
SELECT
    {{ loop.index }} AS level_number,
    '{{ level.name }}' AS level,
    {{ persona_name(personas, "persona") if level.is_of_personas else "NULL" }} AS persona_id,
    {%- for column in beside %}
    {{ "CAST(" ~ (column | identifier) ~ " AS VARCHAR)" if column in level.by else "'*'" }} AS {{ column | identifier }},
    {%- endfor %}
    {{ period("period_" ~ level.period, level.period) if level.period else "'*'" }} AS period,
    {%- for column in dimensions %}
    {{ "CAST(" ~ (column | identifier) ~ " AS VARCHAR) AS " if column in texts }}{{ column | identifier }},
    {%- endfor %}
    people,
    events
FROM private.{{ (name ~ "__level_" ~ loop.index) | identifier }}
{%- if not level.is_of_personas %} AS cells
ANTI JOIN private.{{ (name ~ "__held") | identifier }} AS held
    ON held.level_number = {{ loop.index }}
    {%- for column in (level.columns | list) + (dimensions | list) %}
    AND cells.{{ column | identifier }} IS NOT DISTINCT FROM held.{{ column | identifier }}
    {%- endfor %}
{%- endif %}
{{- "\nUNION ALL" if not loop.last }}
{%- endfor %};

-- what is released: {{ strategy.name if strategy else "all of them" }}
{% if not strategy or strategy.name == "aggregate" -%}
{{ aggregate(name, published, dimensions, strategy and strategy.is_repaired) }}
{%- elif strategy.name == "sample" -%}
{{ sample(name, published, levels, dimensions, strategy.is_repaired, strategy.max_rows) }}
{%- elif strategy.name == "representative" -%}
{{ representative(name, published, levels, dimensions, strategy.is_repaired) }}
{%- elif strategy.name == "sequence" -%}
{{ sequence(name, published, levels, dimensions, strategy.event_type, strategy.ranks) }}
{%- endif %}
{%- endmacro %}
