SELECT row_to_json(pruned), job FROM tickwork.pruned WHERE job > %(job)b ORDER BY job LIMIT %(limit)b
