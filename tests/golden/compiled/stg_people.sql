CREATE VIEW private.stg_people AS
-- One row a person. A private model: what it selects is at hand for release models, and leaves through them only.
SELECT
    person_id,
    age,
    gender,
    ethnicity,
    county,
    prior_offenses,
    risk_level
FROM source.court__people;
