-- One moment, seen from this statement on, however long its reader takes.
SELECT set_config('idle_in_transaction_session_timeout', '0', true), set_config('statement_timeout', '0', true)
