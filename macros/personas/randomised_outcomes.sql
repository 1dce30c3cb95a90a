{# The events with outcomes by randomised response: each is told as it is, or as any other (Warner 1965).
   In:      model (name, path, line, sql), unit, event (the column of the event's id), columns (all but these two),
            outcome (one of them), response (changed: the probability of another outcome; outcomes, in their order;
            other: of the 2^64 numbers that may be drawn, how many tell each other outcome; changing: how many
            tell any other).
   Out:     private.<model>__randomised: the unit and the columns, a row an event.
   Promise: what an event is told as is drawn by a keyed hash of whose it is, of its id and of its outcome: so for
            ever, for who redraws can be averaged. No outcome stays none, and so does one that is not listed. #}
{% macro randomised_outcomes(model, unit, event, columns, outcome, response) -%}
{%- set listed %}[{% for name in response.outcomes %}{{ name | literal }}{{ ", " if not loop.last }}{% endfor %}]{% endset -%}
-- outcomes, each told as another with probability {{ response.changed }} (private): one draw an event, for ever
CREATE TABLE private.{{ (model.name ~ "__randomised") | identifier }} AS
WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
),

drawn AS (  -- the place of each outcome among all, and a secret number of 64 bits
    SELECT
        authored.{{ unit | identifier }},
        {%- for column in columns %}
        authored.{{ column | identifier }},
        {%- endfor %}
        list_position({{ listed }}, CAST(authored.{{ outcome | identifier }} AS VARCHAR)) AS pt_place,
        CAST(concat('0x', left(sha256(concat_ws(
            '|',
            getvariable('release_secret'),
            {{ response.label | literal }},
            length(CAST(authored.{{ unit | identifier }} AS VARCHAR)),
            authored.{{ unit | identifier }},
            length(CAST(authored.{{ event | identifier }} AS VARCHAR)),
            authored.{{ event | identifier }},
            authored.{{ outcome | identifier }}
        )), 16)) AS UBIGINT) AS pt_draw
    FROM authored
)

SELECT
    {{ unit | identifier }},
    {%- for column in columns %}
    {%- if column == outcome %}
    CASE
        WHEN pt_place IS NULL THEN NULL
        WHEN pt_draw < {{ response.changing }} THEN list_extract(
            {{ listed }},
            CAST(1 + (pt_place + pt_draw // {{ response.other }}) % {{ response.outcomes | length }} AS BIGINT)
        )
        ELSE CAST({{ outcome | identifier }} AS VARCHAR)
    END AS {{ outcome | identifier }}
    {%- else %}
    {{ column | identifier }}
    {%- endif %}
    {{- "," if not loop.last }}
    {%- endfor %}
FROM drawn;
{%- endmacro %}
