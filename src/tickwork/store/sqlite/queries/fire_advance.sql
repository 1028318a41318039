UPDATE timetable SET cursor = ?2, due = ?3, gap = ?4, version = version + 1 WHERE schedule = ?1
