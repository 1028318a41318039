-- Those that have ended runs, by hopping from one to the next.
WITH RECURSIVE known (project) AS (
    (SELECT project FROM tickwork.run WHERE finished IS NOT NULL ORDER BY project LIMIT 1)
    UNION ALL
    SELECT (
        SELECT project FROM tickwork.run
        WHERE finished IS NOT NULL AND run.project > known.project
        ORDER BY project LIMIT 1
    )
    FROM known
    WHERE known.project IS NOT NULL
)
SELECT project FROM known WHERE project IS NOT NULL
