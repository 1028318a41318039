INSERT INTO gap (id, schedule, job, project, revision, first, last, count, state, reason, note, created)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT DO NOTHING
