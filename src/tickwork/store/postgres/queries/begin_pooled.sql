-- Behind a pooler a session keeps no settings from one transaction to the next.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '6s';
SET LOCAL idle_in_transaction_session_timeout = '5s';
SET LOCAL enable_seqscan = off;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off
