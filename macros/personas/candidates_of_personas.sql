{# Personas behind whom enough people of the population may be.
   In:      name (model), into (how the result's name begins), personas (columns that make one), relation (one row a
            person), unit, in_population (how many people at least); private.<name>__cells (who of the population has
            what each person has: the unit, cell, people).
   Out:     private.<into>__in_population: the columns.
   Promise: each cell of the population counts once a persona, so what is counted are the people of the
            population any of whom could stand in the place of one of the persona's own. #}
{% macro candidates_of_personas(name, into, personas, relation, unit, in_population) -%}
CREATE TABLE private.{{ (into ~ "__in_population") | identifier }} AS
WITH candidates AS (
    SELECT DISTINCT
        {%- for column in personas %}
        people.{{ column | identifier }},
        {%- endfor %}
        cells.cell,
        cells.people
    FROM {{ relation }} AS people
    INNER JOIN private.{{ (name ~ "__cells") | identifier }} AS cells
        ON people.{{ unit | identifier }} = cells.{{ unit | identifier }}
)

SELECT
    {%- for column in personas %}
    {{ column | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM candidates
GROUP BY
    {%- for column in personas %}
    {{ column | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
HAVING sum(people) >= {{ in_population }};
{%- endmacro %}
