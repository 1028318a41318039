UPDATE run SET state = 'claimed', session = ?2, worker = ?3, epoch = ?4, fence = ?5 WHERE id = ?1
