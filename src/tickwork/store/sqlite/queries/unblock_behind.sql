-- What it stands on is there, but another run of the job is busy: from now on it waits for that one.
UPDATE run SET wait = 'overlap', exclusive = ?2 WHERE id = ?1 AND wait = 'upstream'
