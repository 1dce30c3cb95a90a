{{ config(
    title='Risk screening',
    question='Is one group screened as high risk more often?',
    groups=['ethnicity', 'gender', 'age'],
    of='people',
    counted='were screened as high risk',
    unit='people',
) }}
SELECT
    {{ group }},
    count(*) FILTER (WHERE risk_level = 'high') AS counted,
    count(*) AS total
FROM {{ ref('people_public') }}
WHERE risk_level IN ('low', 'medium', 'high')
GROUP BY ALL
