SELECT child.person_id
FROM private.stg_events AS child
WHERE
    child.person_id IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM private.stg_people AS parent
        WHERE parent.person_id = child.person_id
    )
