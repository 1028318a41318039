-- A row of the same name that is made later begins above every version given so far: no stale decision fits it.
UPDATE counter SET n = max(n, ?1) WHERE name = 'timetable'
