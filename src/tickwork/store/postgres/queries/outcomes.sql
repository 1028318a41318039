-- The projects and states in which runs have ended, by hopping from one to the next.
WITH RECURSIVE known (project, state) AS (
    (
        SELECT project, state FROM tickwork.run
        WHERE finished IS NOT NULL ORDER BY project, state LIMIT 1
    )
    UNION ALL
    SELECT next.project, next.state
    FROM known
    CROSS JOIN LATERAL (
        SELECT run.project, run.state FROM tickwork.run
        WHERE finished IS NOT NULL AND (run.project, run.state) > (known.project, known.state)
        ORDER BY run.project, run.state LIMIT 1
    ) AS next
)
SELECT project, state FROM known
