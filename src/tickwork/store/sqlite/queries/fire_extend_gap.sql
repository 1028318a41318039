UPDATE gap SET last = ?2, count = count + ?3 WHERE id = ?1
