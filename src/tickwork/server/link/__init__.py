"""The server's end of the links of workers."""
