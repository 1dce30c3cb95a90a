{{ config(
    title='Length of stay',
    question='Do patients of one group stay longer?',
    groups=['gender', 'ethnicity', 'age'],
    of='stays',
    counted='in days, as bands',
    measure='band',
) }}
SELECT
    {{ group }},
    length_of_stay AS value,
    sum(events) AS total
FROM {{ ref('persona_events') }}
GROUP BY ALL
