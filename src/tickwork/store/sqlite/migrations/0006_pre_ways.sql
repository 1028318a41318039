-- What ended, by where and how, in the order of listings: what is rare is found however long the history is.
-- (`finished` is in it so that counting, which has to name it, needs nothing else.)
CREATE INDEX run_outcome ON run (project, state, id, finished) WHERE finished IS NOT NULL;
CREATE INDEX gap_last ON gap (last, id);
