-- The runs of other jobs that a run stands on.
CREATE TABLE tickwork.pin (run text COLLATE "C" PRIMARY KEY, pins bytea NOT NULL);
CREATE INDEX run_group ON tickwork.run ("group", id) WHERE "group" IS NOT NULL;
