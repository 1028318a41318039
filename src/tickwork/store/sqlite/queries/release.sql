UPDATE run SET
    state = iif(cancel IS NULL, 'queued', 'cancelled'),
    reason = substr(cancel, 1, instr(cancel, '|') - 1),
    note = iif(cancel IS NULL, note, substr(cancel, instr(cancel, '|') + 1)),
    finished = iif(cancel IS NULL, NULL, ?4),
    event = iif(cancel IS NULL, NULL, ?5),
    cancel = NULL,
    session = NULL,
    worker = NULL,
    epoch = NULL,
    fence = NULL
WHERE id = ?1 AND epoch = ?2 AND fence = ?3 AND state = 'claimed'
RETURNING state
