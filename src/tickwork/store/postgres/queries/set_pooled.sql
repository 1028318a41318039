-- Behind a pooler a session keeps no settings from one transaction to the next.
SELECT set_config('lock_timeout', '3s', true),
       set_config('statement_timeout', '6s', true),
       set_config('idle_in_transaction_session_timeout', '5s', true),
       set_config('enable_seqscan', 'off', true),
       set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true),
       set_config('jit', 'off', true)
