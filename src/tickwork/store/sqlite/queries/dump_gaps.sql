SELECT id, schedule, job, project, revision, first, last, count, state, reason, note, created, id
FROM gap WHERE id > ?1 ORDER BY id LIMIT ?2
