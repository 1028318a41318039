INSERT INTO timetable (schedule, job, project, revision, cursor, due, version, gap)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)
ON CONFLICT DO NOTHING
