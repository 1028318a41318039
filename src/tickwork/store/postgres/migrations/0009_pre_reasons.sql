-- What did not succeed, by how and why it ended: found however long the history is. What succeeds has no reason, and
-- pays nothing.
CREATE INDEX run_reason ON tickwork.run (project, state, reason, id) WHERE reason IS NOT NULL;
CREATE INDEX run_amiss ON tickwork.run (job, state, id) WHERE reason IS NOT NULL;
