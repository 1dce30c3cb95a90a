{{ config(
    protection='differential_privacy', epsilon=2, max_groups=3, max_rows_per_group=1,
    keys={
        'year': [2018, 2019, 2020, 2021, 2022, 2023],
        'month': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        'event_type': ['arrest', 'bail_hearing', 'sentencing'],
        'county': ['Alder', 'Birch', 'Cedar', 'Juniper', 'Tamarack'],
    },
) }}
-- Every combination of the keys has a row, also where nobody was: which there are tells nothing.
SELECT
    year(date) AS year,
    month(date) AS month,
    event_type,
    county,
    count(*) AS events
FROM {{ ref('stg_events') }}
JOIN {{ ref('stg_people') }} USING (person_id)
GROUP BY year(date), month(date), event_type, county
