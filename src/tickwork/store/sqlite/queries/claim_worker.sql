SELECT worker FROM session WHERE id = ?1 AND ended IS NULL
