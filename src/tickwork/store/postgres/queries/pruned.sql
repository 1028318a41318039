SELECT job, slot FROM tickwork.pruned WHERE job = ANY (%(jobs)b::text[])
