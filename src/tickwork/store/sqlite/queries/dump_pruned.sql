SELECT job, through, job FROM pruned WHERE job > ?1 ORDER BY job LIMIT ?2
