SELECT id, job, project, revision, origin, state, reason, wait, schedule, slot, nominal, pool, priority, ready_at,
       start_by, once, attempt, losses, session, epoch, fence, cancel, note, about, "group", exit_code, worker,
       created, started, finished, input.params
FROM run INDEXED BY run_queue LEFT JOIN input ON input.run = run.id
WHERE state = 'queued' AND pool = ?1 AND priority = ?2 AND ready_at <= ?3
ORDER BY ready_at, id
LIMIT ?4
