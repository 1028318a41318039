-- The tasks of apps that a worker has: a run of an app goes to no other.
ALTER TABLE tickwork.session ADD COLUMN tasks text[] NOT NULL DEFAULT '{}';
