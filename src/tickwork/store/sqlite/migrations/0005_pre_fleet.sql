-- What a worker has that not every one has, and how busy its host is.
ALTER TABLE session ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE session ADD COLUMN load REAL;
