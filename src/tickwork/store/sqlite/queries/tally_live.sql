-- What has not ended.
SELECT id, state FROM (
    SELECT id, project, state FROM run INDEXED BY run_busy WHERE finished IS NULL AND wait IS NULL
    UNION ALL
    SELECT id, project, state FROM run INDEXED BY run_waiting WHERE wait IS NOT NULL
)
WHERE ?1 IS NULL OR project IN (SELECT value FROM json_each(?1))
