"""How sending fails."""


class NotDelivered(Exception):
    """It did not go out; it is tried again."""


class NeverDelivered(Exception):
    """It cannot go out as the server is set up: it is dropped, and shown so."""
