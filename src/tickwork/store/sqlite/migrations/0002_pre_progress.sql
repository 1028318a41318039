-- How far an attempt is: the latest report of each bar. `path` is the JSON of its group.
CREATE TABLE progress (
    run TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    path TEXT NOT NULL,
    current REAL NOT NULL,
    total REAL NOT NULL,
    status TEXT NOT NULL,
    began INTEGER NOT NULL,
    at INTEGER NOT NULL,
    place INTEGER PRIMARY KEY,  -- the order in which bars came up
    UNIQUE (run, attempt, path)
) STRICT;
