-- What a worker has that not every one has, and how busy its host is.
ALTER TABLE tickwork.session ADD COLUMN labels text[] NOT NULL DEFAULT '{}';
ALTER TABLE tickwork.session ADD COLUMN load double precision;
