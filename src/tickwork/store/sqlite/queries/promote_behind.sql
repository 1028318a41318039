-- Its time has come but another run of the job is busy: from now on it waits for that one.
UPDATE run SET wait = 'overlap' WHERE id = ?1
