SELECT json_build_object('seq', seq, 'run', run, 'job', job, 'state', state, 'at', at) FROM tickwork.outbox
ORDER BY seq
LIMIT %(limit)b
