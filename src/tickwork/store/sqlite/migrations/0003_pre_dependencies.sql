-- The runs of other jobs that a run stands on.
CREATE TABLE pin (run TEXT PRIMARY KEY NOT NULL, pins BLOB NOT NULL) STRICT;
CREATE INDEX run_group ON run ("group", id) WHERE "group" IS NOT NULL;
