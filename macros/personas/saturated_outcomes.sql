{# Groups of whose people a sensitive outcome is true of more than the cap: a row that is true of nearly
   everyone tells a fact about each.
   In:      events (relation), keys (columns of the group), personas (model), outcome (column),
            sensitive_outcomes, cap.
   Out:     a SELECT of the keys and the outcome.
   Promise: people count once, and against all people of the group, with events or without. #}
{% macro saturated_outcomes(events, keys, personas, outcome, sensitive_outcomes, cap) -%}
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        {%- for column in keys %}
        {{ column | identifier }},
        {%- endfor %}
        {{ outcome | identifier }},
        count(DISTINCT person) AS people
    FROM {{ events }}
    WHERE {{ outcome | identifier }} IN ({% for value in sensitive_outcomes %}{{ value | literal }}{{ ", " if not loop.last }}{% endfor %})
    GROUP BY {% for column in keys %}{{ column | identifier }}, {% endfor %}{{ outcome | identifier }}
),

everyone AS (
    SELECT
        TRUE AS everybody,
        {%- for column in keys %}
        {{ column | identifier }},
        {%- endfor %}
        count(*) AS people
    FROM private.{{ (personas ~ "__members") | identifier }}
    {%- if keys %}
    GROUP BY {% for column in keys %}{{ column | identifier }}{{ ", " if not loop.last }}{% endfor %}
    {%- endif %}
)

SELECT
    {%- for column in keys %}
    people_with.{{ column | identifier }},
    {%- endfor %}
    {{- "\n    " if keys else " " }}people_with.{{ outcome | identifier }}
FROM people_with
INNER JOIN everyone
{{- same_values("people_with", "everyone", ["everybody"] + (keys | list)) }}
WHERE people_with.people > {{ cap }}::DOUBLE * everyone.people
{%- endmacro %}
