{{ config(
    title='Length of sentences',
    question='Are the sentences of one group longer?',
    groups=['gender', 'ethnicity'],
    of='sentences',
    counted='in months, as bands',
    measure='band',
) }}
SELECT
    {{ group }},
    sentence_length AS value,
    sum(events) AS total
FROM {{ ref('persona_events') }}
GROUP BY ALL
