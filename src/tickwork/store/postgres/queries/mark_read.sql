-- The lock waits for the transaction whose end is asked for, should the server still be busy with it.
SELECT n FROM tickwork.mark WHERE lane = %(lane)b FOR UPDATE
