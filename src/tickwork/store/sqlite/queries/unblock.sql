-- A run that waits for others, and what it becomes.
UPDATE run SET
    state = ?2,
    reason = ?3,
    wait = NULL,
    about = coalesce(?4, about),
    note = coalesce(?5, note),
    finished = ?6,
    event = ?7,
    exclusive = ?8
WHERE id = ?1 AND wait = 'upstream'
