{{ config(
    title='Repetition: earlier offences',
    question='Who has offended before?',
    groups=['ethnicity', 'gender', 'age'],
    of='people',
    counted='have at least one earlier offence',
    unit='people',
    unknown='people whose earlier offences are not told',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN prior_offenses NOT IN ('0', '*') THEN people ELSE 0 END) AS counted,
    sum(CASE WHEN prior_offenses <> '*' THEN people ELSE 0 END) AS total,
    sum(CASE WHEN prior_offenses = '*' THEN people ELSE 0 END) AS unknown
FROM {{ ref('personas') }}
GROUP BY ALL
