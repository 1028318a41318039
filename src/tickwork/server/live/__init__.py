"""The live feed: what changes, told to whoever watches, on every node alike.

`hub.py` is what a node holds. Announcements of the store say *what* changed; the values are read from the store, once
for all who watch, and each client has a bounded queue of its own: whoever reads too slowly misses something and is told
so, and costs nobody else anything.
"""
