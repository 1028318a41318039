-- The runs as they will be when they are claimed (by session ?5 of worker ?6; the fence is not known yet).
SELECT id, job, project, revision, origin, 'claimed', NULL, NULL, schedule, slot, nominal, pool, priority, ready_at,
       start_by, once, attempt, losses, ?5, NULL, NULL, cancel, note, about, "group", exit_code, ?6,
       created, started, finished, input.params, pin.pins
FROM run INDEXED BY run_queue LEFT JOIN input ON input.run = run.id LEFT JOIN pin ON pin.run = run.id
WHERE state = 'queued' AND pool = ?1 AND priority = ?2 AND ready_at <= ?3
ORDER BY ready_at, id
LIMIT ?4
