-- What ended in each stretch of ids, by its index alone.
SELECT stretch.key, state.value, sum((
    SELECT count(*) FROM run INDEXED BY run_outcome
    WHERE run.finished IS NOT NULL AND run.project = project.value AND run.state = state.value
      AND run.id >= stretch.value ->> 0 AND run.id < stretch.value ->> 1
)) AS n
FROM json_each(?1) AS stretch CROSS JOIN json_each(?2) AS project CROSS JOIN json_each(?3) AS state
GROUP BY stretch.key, state.value
HAVING n > 0
