UPDATE timetable SET
    job = ?2,
    project = ?3,
    gap = CASE WHEN revision = ?4 THEN gap END,  -- a gap belongs to one revision
    revision = ?4,
    cursor = ?5,
    due = ?6,
    version = version + 1
WHERE schedule = ?1
