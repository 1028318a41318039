SELECT through FROM pruned WHERE job = ?1
