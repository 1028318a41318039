SELECT id, state, reason, rowid FROM run WHERE id = ?1
UNION ALL
SELECT id, state, reason, rowid FROM run INDEXED BY run_occurrence WHERE schedule = ?2 AND nominal = ?3
LIMIT 1
