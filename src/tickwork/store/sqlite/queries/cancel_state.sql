SELECT state, cancel FROM run WHERE id = ?1
