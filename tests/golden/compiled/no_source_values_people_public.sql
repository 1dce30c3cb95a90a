WITH source_values AS (
    SELECT DISTINCT lower(CAST(name AS VARCHAR)) AS known
    FROM source.court__people
    WHERE length(CAST(name AS VARCHAR)) >= 5
),

cells AS (
    SELECT DISTINCT lower(CAST(age AS VARCHAR)) AS cell
    FROM release.people_public
    WHERE length(CAST(age AS VARCHAR)) >= 5
    UNION
    SELECT DISTINCT lower(CAST(gender AS VARCHAR)) AS cell
    FROM release.people_public
    WHERE length(CAST(gender AS VARCHAR)) >= 5
    UNION
    SELECT DISTINCT lower(CAST(ethnicity AS VARCHAR)) AS cell
    FROM release.people_public
    WHERE length(CAST(ethnicity AS VARCHAR)) >= 5
    UNION
    SELECT DISTINCT lower(CAST(county AS VARCHAR)) AS cell
    FROM release.people_public
    WHERE length(CAST(county AS VARCHAR)) >= 5
    UNION
    SELECT DISTINCT lower(CAST(prior_offenses AS VARCHAR)) AS cell
    FROM release.people_public
    WHERE length(CAST(prior_offenses AS VARCHAR)) >= 5
    UNION
    SELECT DISTINCT lower(CAST(risk_level AS VARCHAR)) AS cell
    FROM release.people_public
    WHERE length(CAST(risk_level AS VARCHAR)) >= 5
),

lengths AS (
    SELECT DISTINCT length(known) AS characters
    FROM source_values
),

places AS (
    SELECT
        cells.cell,
        lengths.characters,
        unnest(range(1, length(cells.cell) - lengths.characters + 2)) AS place
    FROM cells
    INNER JOIN lengths ON length(cells.cell) >= lengths.characters
)

SELECT DISTINCT places.cell
FROM places
SEMI JOIN source_values ON substr(places.cell, places.place, places.characters) = source_values.known
