SELECT job, through FROM tickwork.pruned WHERE job = ANY (%(jobs)b::text[])
