UPDATE run SET
    state = ?2,
    reason = ?3,
    note = ?4,
    losses = losses + 1,
    finished = ?5,
    event = ?6,
    cancel = NULL,
    session = NULL,
    epoch = NULL,
    fence = NULL
WHERE id = ?1
