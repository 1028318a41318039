-- In which of these states runs of these projects have ended.
SELECT project.value, state.value
FROM json_each(?1) AS project CROSS JOIN json_each(?2) AS state
WHERE EXISTS (
    SELECT 1 FROM run INDEXED BY run_outcome
    WHERE finished IS NOT NULL AND run.project = project.value AND run.state = state.value
)
