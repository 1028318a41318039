-- With its claim, as it was: only a `moving` store lets a run be born anywhere.
INSERT INTO run (
    id, job, project, revision, origin, state, reason, wait, schedule, slot, nominal, pool, priority, ready_at,
    start_by, once, attempt, losses, cancel, note, about, "group", exit_code, worker, created, started, finished,
    exclusive, session, epoch, fence
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
        ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31)
ON CONFLICT DO NOTHING
