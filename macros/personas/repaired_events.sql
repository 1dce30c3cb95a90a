{# Events with those that the order rules miss: what must come before another, and what closes another.
   In:      model (name, path, line, sql), unit, date, dimensions (the other columns), rules (event_type: its
            column; types: all that the rules speak of; needed: added types, each with the types that need it;
            closed: closing types, each with the types that it closes, one that is closed itself before what
            closes it). Types are their numbers in `types`.
   Out:     private.<model>__repaired: unit, date, dimensions, is_added.
   Promise: the events as they are, is_added FALSE; beside them, for a person who misses a type, one event of it on the
            day of the first event that needs it; for one who has something open, one closing event on the day
            of the last event that it closes. Such days are days of the person's own events, so none lies
            beyond the data; where those have no date, the added one has none. All else of it is NULL. #}
{% macro repaired_events(model, unit, date, dimensions, rules) -%}
{%- set types = rules.types -%}
-- step 0 (private): events that the order rules miss, marked
CREATE TABLE private.{{ (model.name ~ "__repaired") | identifier }} AS
WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
),

persons AS (  -- of each type: events, those that have a date, first and last day
    SELECT
        {{ unit | identifier }}
        {%- for name in types %}
        {%- set is_it = "FILTER (WHERE " ~ (rules.event_type | identifier) ~ " = " ~ (name | literal) ~ ")" %},
        count(*) {{ is_it }} AS n_{{ loop.index0 }},
        count({{ date | identifier }}) {{ is_it }} AS dated_{{ loop.index0 }},
        CAST(min({{ date | identifier }}) {{ is_it }} AS DATE) AS first_{{ loop.index0 }},
        CAST(max({{ date | identifier }}) {{ is_it }} AS DATE) AS last_{{ loop.index0 }}
        {%- endfor %}
    FROM authored
    WHERE {{ unit | identifier }} IS NOT NULL
    GROUP BY {{ unit | identifier }}
),

wanted AS (  -- whether something needs the type, and from which day on
    SELECT
        *
        {%- for type, by in rules.needed %},
        {% for each in by %}n_{{ each }} > 0{{ " OR " if not loop.last }}{% endfor %} AS is_wanted_{{ type }},
        least({% for each in by %}first_{{ each }}{{ ", " if not loop.last }}{% endfor %}) AS wanted_{{ type }}
        {%- endfor %}
    FROM persons
),

missed AS (  -- and whether there is none by then
    SELECT
        *
        {%- for type, by in rules.needed %},
        is_wanted_{{ type }} AND (
            n_{{ type }} = 0
            OR (dated_{{ type }} = n_{{ type }} AND coalesce(first_{{ type }} > wanted_{{ type }}, FALSE))
        ) AS is_missed_{{ type }}
        {%- endfor %}
    FROM wanted
),
{%- set ns = namespace(before="missed", missed=rules.needed | map("first") | list, left=[]) %}
{%- for type, opened in rules.closed %}

opened_{{ type }} AS (  -- what {{ types[type] | literal }} closes: whether it happened, the last day, and that of the closing
    SELECT
        *,
        {% for each in opened -%}
        n_{{ each }} > 0
        {%- if each in ns.missed %} OR is_missed_{{ each }}{% endif %}
        {%- if each in ns.left %} OR is_left_{{ each }}{% endif %}
        {{- " OR " if not loop.last }}
        {%- endfor %} AS is_opened_{{ type }},
        greatest(
            {%- for each in opened %}
            last_{{ each }}
            {%- if each in ns.missed %}, CASE WHEN is_missed_{{ each }} THEN wanted_{{ each }} END{% endif %}
            {%- if each in ns.left %}, CASE WHEN is_left_{{ each }} THEN opened_{{ each }} END{% endif %}
            {{- "," if not loop.last }}
            {%- endfor %}
        ) AS opened_{{ type }},
        {%- if type in ns.missed %}
        n_{{ type }} > 0 OR is_missed_{{ type }} AS is_closed_{{ type }},
        dated_{{ type }} < n_{{ type }} OR (is_missed_{{ type }} AND wanted_{{ type }} IS NULL) AS is_undated_{{ type }},
        greatest(last_{{ type }}, CASE WHEN is_missed_{{ type }} THEN wanted_{{ type }} END) AS closed_{{ type }}
        {%- else %}
        n_{{ type }} > 0 AS is_closed_{{ type }},
        dated_{{ type }} < n_{{ type }} AS is_undated_{{ type }},
        last_{{ type }} AS closed_{{ type }}
        {%- endif %}
    FROM {{ ns.before }}
),

left_{{ type }} AS (
    SELECT
        *,
        is_opened_{{ type }} AND (
            NOT is_closed_{{ type }}
            OR (NOT is_undated_{{ type }} AND coalesce(closed_{{ type }} < opened_{{ type }}, FALSE))
        ) AS is_left_{{ type }}
    FROM opened_{{ type }}
),
{%- set ns.before = "left_" ~ type %}
{%- set ns.left = ns.left + [type] %}
{%- endfor %}

added AS (
    {%- for type, by in rules.needed %}
    SELECT
        {{ unit | identifier }},
        wanted_{{ type }} AS added_day,
        {{ types[type] | literal }} AS added_type
    FROM {{ ns.before }}
    WHERE is_missed_{{ type }}
    {{- "\n    UNION ALL" if not loop.last or rules.closed }}
    {%- endfor %}
    {%- for type, opened in rules.closed %}
    SELECT
        {{ unit | identifier }},
        opened_{{ type }} AS added_day,
        {{ types[type] | literal }} AS added_type
    FROM {{ ns.before }}
    WHERE is_left_{{ type }}
    {{- "\n    UNION ALL" if not loop.last }}
    {%- endfor %}
)

SELECT
    {{ unit | identifier }},
    {{ date | identifier }},
    {%- for column in dimensions %}
    {{ column | identifier }},
    {%- endfor %}
    FALSE AS is_added
FROM authored
UNION ALL
SELECT
    {{ unit | identifier }},
    added_day AS {{ date | identifier }},
    {%- for column in dimensions %}
    {{ "added_type" if column == rules.event_type else "NULL" }} AS {{ column | identifier }},
    {%- endfor %}
    TRUE AS is_added
FROM added;
{%- endmacro %}
