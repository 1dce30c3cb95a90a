SELECT event_type
FROM release.events_by_month
WHERE CAST(event_type AS VARCHAR) NOT IN ('arrest', 'bail_hearing', 'sentencing')
