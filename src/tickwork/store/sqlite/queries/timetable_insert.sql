INSERT INTO timetable (schedule, job, project, revision, cursor, due, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1 + (SELECT n FROM counter WHERE name = 'timetable'))
