-- How far an attempt is: the latest report of each bar. `path` is the JSON of its group.
CREATE TABLE tickwork.progress (
    run text COLLATE "C" NOT NULL,
    attempt bigint NOT NULL,
    path text COLLATE "C" NOT NULL,
    current double precision NOT NULL,
    total double precision NOT NULL,
    status text NOT NULL,
    began bigint NOT NULL,
    at bigint NOT NULL,
    place bigint GENERATED ALWAYS AS IDENTITY,  -- the order in which bars came up
    PRIMARY KEY (run, attempt, path)
);
