UPDATE run SET
    state = ?4,
    reason = ?5,
    note = ?6,
    exit_code = ?7,
    finished = ?8,
    event = ?9,
    cancel = NULL,
    session = NULL,
    epoch = NULL,
    fence = NULL
WHERE id = ?1 AND epoch = ?2 AND fence = ?3
