SELECT run, sum(octet_length(data)) FROM tickwork.log WHERE run = ANY (%(runs)b::text[]) GROUP BY run
