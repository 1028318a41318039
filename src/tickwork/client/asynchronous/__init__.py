"""The client as it is written. `tickwork.client.synchronous` is made from it: `python -m tests.client` writes that."""
