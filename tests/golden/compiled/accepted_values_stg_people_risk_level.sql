SELECT risk_level
FROM private.stg_people
WHERE CAST(risk_level AS VARCHAR) NOT IN ('low', 'medium', 'high')
