DELETE FROM timetable WHERE schedule = ?1
