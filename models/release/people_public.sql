{{ config(protection='k_anonymity') }}
SELECT
    person_id,
    age,
    gender,
    ethnicity,
    county,
    prior_offenses,
    risk_level
FROM {{ ref('stg_people') }}
