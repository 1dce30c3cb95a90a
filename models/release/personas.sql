{{ config(protection='personas', within=ref('people_public')) }}
SELECT
    person_id,
    age,
    gender,
    ethnicity,
    county,
    prior_offenses
FROM {{ ref('stg_people') }}
