SELECT person_id
FROM private.stg_people
WHERE person_id IS NULL
