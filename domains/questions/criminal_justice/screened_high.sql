{{ config(
    title='Risk screening',
    question='Is one group screened as high risk more often?',
    groups=['ethnicity', 'gender', 'age'],
    of='people',
    counted='were screened as high risk',
    unit='people',
    unknown='people who are in no row of people_public',
) }}
-- Who was left out of people_public is still counted in personas: a group that lost many is not compared.
WITH screened AS (
    SELECT
        {{ group }} AS answer_group,
        count(*) FILTER (WHERE risk_level = 'high') AS counted,
        count(*) FILTER (WHERE risk_level IN ('low', 'medium', 'high')) AS total,
        count(*) AS people
    FROM {{ ref('people_public') }}
    GROUP BY ALL
),

everybody AS (
    SELECT
        {{ group }} AS answer_group,
        sum(people) AS people
    FROM {{ ref('personas') }}
    GROUP BY ALL
)

SELECT
    everybody.answer_group AS {{ group }},
    coalesce(screened.counted, 0) AS counted,
    coalesce(screened.total, 0) AS total,
    greatest(everybody.people - coalesce(screened.people, 0), 0) AS unknown
FROM everybody
LEFT JOIN screened ON everybody.answer_group IS NOT DISTINCT FROM screened.answer_group
