{# Rows above the personas that would tell of a few people when counts are added and subtracted: what is known
   to be left of a persona is shared out among them, and a row that takes all of one persona and two people of
   another tells of the two. Each persona is put behind every row in which its events might be counted, and
   `pt_rows_to_hold_back` finds the rows that must go (Gusfield 1988), each with those that would seem to count its
   events where it is missing: the coarser ones that they fit.
   In:      name (model), family (columns of a kind of events, outcomes apart), dimensions, periods (columns),
            beside (columns of the personas), levels, k_event; private.<name>__known, __above, the levels, and
            what those of personas leave.
   Out:     private.<name>__links: persona (one stands for all who are alike), family, the rows that its events fit,
            the finest first (nth: it counts them; 0 for none), people; private.<name>__held: the rows of
            private.<name>__above that are not released.
   Promise: whatever follows from the people of such personas and of the rows that stay is the number of
            nobody, or of at least k_event people. #}
{% macro rows_held_back(name, family, dimensions, periods, beside, levels, k_event) -%}
{%- set events = "private." ~ ((name ~ "__events") | identifier) -%}
{%- set known = "private." ~ ((name ~ "__known") | identifier) -%}
{%- set above = "private." ~ ((name ~ "__above") | identifier) -%}
{%- set links = "private." ~ ((name ~ "__links") | identifier) -%}
{%- set kind = periods + (dimensions | list) -%}
{%- set of_persona = ["persona"] + (beside | list) -%}
-- which of them might count people of such personas (private); where statistics show that a LEFT JOIN finds nothing,
-- DuckDB 2.0 takes a sum for 0 that is compared in the same statement, so nothing is compared here
CREATE TABLE {{ links }} AS
WITH kinds AS (
    SELECT DISTINCT
        {%- for column in kind %}
        events.{{ column | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    FROM {{ events }} AS events
    SEMI JOIN {{ known }} AS known
    {{- (same_values("events", "known", family) or "\n    ON TRUE") | indent(4) }}
),

left_over AS (  -- events of theirs that no row of a persona counts
    SELECT events.*
    FROM private.{{ (name ~ "__left_" ~ (levels | selectattr("is_of_personas") | list | length)) | identifier }} AS events
    SEMI JOIN {{ known }} AS known
    {{- same_values("events", "known", ["persona"] + family) | indent(4) }}
),

own AS (  -- personas with rows of their own
    {%- for level in levels if level.is_of_personas %}
    SELECT persona{% for column in family %}, {{ column | identifier }}{% endfor %}
    FROM private.{{ (name ~ "__level_" ~ loop.index) | identifier }}
    {{- "\n    UNION" if not loop.last }}
    {%- endfor %}
),

standing AS (  -- the others are as one where they stand beside the same, so that there are few to look at
    SELECT
        known.persona AS of_persona,
        {%- for column in (beside | list) + family %}
        known.{{ column | identifier }},
        {%- endfor %}
        CASE
            WHEN own.persona IS NOT NULL THEN known.persona
            ELSE min(known.persona) OVER (
                PARTITION BY own.persona IS NULL{% for column in (beside | list) + family %}, known.{{ column | identifier }}{% endfor %}
            )
        END AS persona
    FROM {{ known }} AS known
    SEMI JOIN left_over
    {{- same_values("known", "left_over", ["persona"] + family) | indent(4) }}
    LEFT JOIN own
    {{- same_values("known", "own", ["persona"] + family) | indent(4) }}
),

possible AS (  -- what people of a persona might have had, and what they had
    SELECT
        {%- for column in of_persona %}
        known.{{ column | identifier }},
        {%- endfor %}
        kinds.*,
        0 AS people
    FROM (SELECT DISTINCT * EXCLUDE (of_persona) FROM standing) AS known
    INNER JOIN kinds
    {{- (same_values("known", "kinds", family) or "\n    ON TRUE") | indent(4) }}
    UNION ALL
    SELECT
        standing.persona,
        {%- for column in (beside | list) + kind %}
        left_over.{{ column | identifier }},
        {%- endfor %}
        1 AS people
    FROM left_over
    INNER JOIN standing
        ON left_over.persona = standing.of_persona
        {%- for column in family %}
        AND left_over.{{ column | identifier }} IS NOT DISTINCT FROM standing.{{ column | identifier }}
        {%- endfor %}
)

SELECT
    possible.persona,
    {%- for column in family %}
    possible.{{ column | identifier }},
    {%- endfor %}
    [{% for level in levels if not level.is_of_personas %}{{ "row_" ~ (levels.index(level) + 1) }}.nth{{ ", " if not loop.last }}{% endfor %}] AS rows_that_fit,
    coalesce({% for level in levels if not level.is_of_personas %}{{ "row_" ~ (levels.index(level) + 1) }}.nth, {% endfor %}0) AS nth,
    sum(possible.people) AS people
FROM possible
{%- for level in levels %}
{%- set row = "row_" ~ loop.index %}
{%- if level.is_of_personas %}
ANTI JOIN private.{{ (name ~ "__level_" ~ loop.index) | identifier }} AS {{ row }}
{{- same_values("possible", row, (level.columns | list) + (dimensions | list)) }}
{%- else %}
LEFT JOIN {{ above }} AS {{ row }}
    ON {{ row }}.level_number = {{ loop.index }}
    {%- for column in (level.columns | list) + (dimensions | list) %}
    AND possible.{{ column | identifier }} IS NOT DISTINCT FROM {{ row }}.{{ column | identifier }}
    {%- endfor %}
{%- endif %}
{%- endfor %}
GROUP BY ALL;

-- rows that would tell of a few people when counts are added and subtracted (private)
CREATE TABLE private.{{ (name ~ "__held") | identifier }} AS
WITH alike AS (  -- personas that may stand behind the same rows are as one
    SELECT
        persona,
        {%- for column in family %}
        {{ column | identifier }},
        {%- endfor %}
        dense_rank() OVER (ORDER BY list(nth ORDER BY nth)) AS number
    FROM {{ links }}
    GROUP BY persona{% for column in family %}, {{ column | identifier }}{% endfor %}
    HAVING sum(people) > 0
),

counted AS (
    SELECT
        nth,
        sum(people) AS people
    FROM {{ links }}
    GROUP BY nth
),

shared AS (
    SELECT
        {%- for column in family %}
        links.{{ column | identifier }},
        {%- endfor %}
        alike.number AS persona,
        links.rows_that_fit,
        sum(links.people) AS people
    FROM {{ links }} AS links
    INNER JOIN alike
    {{- same_values("links", "alike", ["persona"] + family) | indent(4) }}
    GROUP BY {% for column in family %}links.{{ column | identifier }}, {% endfor %}alike.number, links.rows_that_fit
    UNION ALL
    SELECT
        {%- for column in family %}
        above.{{ column | identifier }},
        {%- endfor %}
        0 AS persona,  -- stands for those of whom nothing is known
        [above.nth] AS rows_that_fit,
        above.people - coalesce(counted.people, 0) AS people
    FROM {{ above }} AS above
    LEFT JOIN counted
        ON above.nth = counted.nth
    WHERE above.people > coalesce(counted.people, 0)
),

held AS (
    SELECT unnest(pt_rows_to_hold_back(list(persona), list(rows_that_fit), list(CAST(people AS BIGINT)), {{ k_event }})) AS nth
    FROM shared
    {%- if family %}
    GROUP BY {% for column in family %}{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %}
    {%- endif %}
)

SELECT above.*
FROM {{ above }} AS above
SEMI JOIN held
    ON above.nth = held.nth;
{%- endmacro %}
