SELECT min(due) FROM timetable INDEXED BY timetable_due WHERE due > ?1
