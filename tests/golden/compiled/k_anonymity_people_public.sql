SELECT
    age,
    gender,
    ethnicity,
    county,
    prior_offenses
FROM release.people_public
GROUP BY age, gender, ethnicity, county, prior_offenses
HAVING coalesce(count(*), 0) < 5
