UPDATE run SET event = NULL WHERE event = ?1
