INSERT INTO run (
    id, job, project, revision, origin, state, reason, wait, schedule, slot, nominal, pool, priority, ready_at,
    start_by, once, attempt, losses, cancel, note, about, "group", exit_code, worker, created, started, finished,
    exclusive
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
