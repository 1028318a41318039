SELECT min(due) FROM tickwork.timetable WHERE due > %(at)b
