{{ config(
    protection='differential_privacy', epsilon=2, max_groups=3, max_rows_per_group=1,
    keys={
        'month': {'from': '2018-01-01', 'to': '2023-12-01', 'by': 'month'},
        'event_type': ['arrest', 'bail_hearing', 'sentencing'],
        'county': ['Alder', 'Birch', 'Cedar', 'Juniper', 'Tamarack'],
    },
) }}
-- Every combination of the keys has a row, also where nobody was: which there are tells nothing.
SELECT
    CAST(date_trunc('month', events.date) AS DATE) AS month,
    events.event_type,
    people.county,
    count(*) AS events
FROM {{ ref('stg_events') }} AS events
INNER JOIN {{ ref('stg_people') }} AS people ON events.person_id = people.person_id
GROUP BY ALL
