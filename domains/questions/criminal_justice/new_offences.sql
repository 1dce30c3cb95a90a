{{ config(
    title='Repetition: new offences',
    question='Who offends again?',
    groups=['ethnicity', 'gender', 'age'],
    of='people',
    counted='have a new offence on record',
    unit='people',
) }}
-- Whoever is in two rows is counted twice: an upper bound where somebody offended again more than once.
WITH offended AS (
    SELECT
        {{ group }} AS answer_group,
        sum(people) AS people
    FROM {{ ref('persona_events') }}
    WHERE event_type IN ('reoffense', 'reoffence', 'rearrest', 'violation')
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
    coalesce(offended.people, 0) AS counted,
    everybody.people AS total
FROM everybody
LEFT JOIN offended ON everybody.answer_group IS NOT DISTINCT FROM offended.answer_group
