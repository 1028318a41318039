-- A run with a cancel request does not go on: where it would (?4 is not terminal), it ends as the request says.
UPDATE run SET
    state = iif(?10 OR cancel IS NULL, ?4, 'cancelled'),
    reason = iif(?10 OR cancel IS NULL, ?5, substr(cancel, 1, instr(cancel, '|') - 1)),
    wait = iif(cancel IS NULL, ?6, NULL),
    ready_at = coalesce(?7, ready_at),
    note = iif(?10 OR cancel IS NULL, ?8, substr(cancel, instr(cancel, '|') + 1)),
    exit_code = ?9,
    finished = iif(?10 OR cancel IS NOT NULL, ?11, NULL),
    event = iif(?10 OR cancel IS NOT NULL, ?12, NULL),
    cancel = NULL,
    session = NULL,
    epoch = NULL,
    fence = NULL
WHERE id = ?1 AND epoch = ?2 AND fence = ?3
RETURNING id, ?3, state
