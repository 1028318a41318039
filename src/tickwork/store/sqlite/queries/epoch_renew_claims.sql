UPDATE run SET epoch = ?1 WHERE epoch IS NOT NULL
