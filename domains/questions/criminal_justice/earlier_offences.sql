{{ config(
    title='Repetition: earlier offences',
    question='Who has offended before?',
    groups=['ethnicity', 'gender', 'age'],
    of='people',
    counted='have at least one earlier offence',
    unit='people',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN prior_offenses <> '0' THEN people ELSE 0 END) AS counted,
    sum(people) AS total
FROM {{ ref('personas') }}
WHERE prior_offenses <> '*'
GROUP BY ALL
