-- A hint may be lost: its commit need not wait for the disk.
BEGIN; SET LOCAL synchronous_commit = off
