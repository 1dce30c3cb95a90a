SELECT year
FROM release.events_by_month
WHERE year NOT IN (2018, 2019, 2020, 2021, 2022, 2023)
