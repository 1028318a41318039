-- Back to the queue, or waiting; but a run with a cancel request does not go on, it ends as the request says.
UPDATE run SET
    state = iif(cancel IS NULL, ?4, 'cancelled'),
    reason = substr(cancel, 1, instr(cancel, '|') - 1),
    wait = iif(cancel IS NULL, ?5, NULL),
    ready_at = ?6,
    note = iif(cancel IS NULL, ?7, substr(cancel, instr(cancel, '|') + 1)),
    exit_code = ?8,
    finished = iif(cancel IS NULL, NULL, ?9),
    event = iif(cancel IS NULL, NULL, ?10),
    cancel = NULL,
    session = NULL,
    epoch = NULL,
    fence = NULL
WHERE id = ?1 AND epoch = ?2 AND fence = ?3
RETURNING state
