-- Those that have ended runs, by hopping from one to the next.
WITH RECURSIVE known (project) AS (
    SELECT min(project) FROM run INDEXED BY run_outcome WHERE finished IS NOT NULL
    UNION ALL
    SELECT (
        SELECT min(project) FROM run INDEXED BY run_outcome
        WHERE finished IS NOT NULL AND run.project > known.project
    )
    FROM known
    WHERE known.project IS NOT NULL
)
SELECT project FROM known WHERE project IS NOT NULL
