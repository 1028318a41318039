-- The tasks of apps that a worker has: a run of an app goes to no other.
ALTER TABLE session ADD COLUMN tasks TEXT NOT NULL DEFAULT '[]';
