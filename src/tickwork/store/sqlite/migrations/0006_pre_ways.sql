-- What ended, by where and how, in the order of listings: what is rare is found however long the history is.
CREATE INDEX run_outcome ON run (project, state, id) WHERE finished IS NOT NULL;
CREATE INDEX gap_last ON gap (last, id);
-- Schedules of which nothing is due any more.
CREATE INDEX timetable_idle ON timetable (schedule) WHERE due IS NULL;
