INSERT INTO tickwork.run (
    id, job, project, revision, origin, state, reason, wait, schedule, slot, nominal, pool, priority, ready_at,
    start_by, once, attempt, losses, cancel, note, about, "group", exit_code, worker, created, started, finished,
    exclusive
)
SELECT id, job, project, revision, origin, state, reason, wait, schedule, slot, nominal, pool, priority, ready_at,
       start_by, once, attempt, losses, cancel, note, about, "group", exit_code, worker, created, started, finished,
       %(exclusive)b
FROM json_populate_recordset(NULL::tickwork.run_value, %(runs)b)
ON CONFLICT DO NOTHING
RETURNING id
