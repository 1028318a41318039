DELETE FROM tickwork.outbox WHERE seq = ANY (%(seqs)b::bigint[])
