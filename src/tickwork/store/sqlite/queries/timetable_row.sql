SELECT version, gap, revision FROM timetable WHERE schedule = ?1
