"""What is said of a server that could not be asked."""

from typing import Final

_UNTRUSTED: Final = "CERTIFICATE_VERIFY_FAILED"
"""In what OpenSSL says, whoever passes it on."""


def unanswered(url: str, error: Exception) -> str:
    """In a line, with what to do where it answers and is not trusted."""
    words = str(error) or type(error).__name__
    if _UNTRUSTED in words:
        return f"{url} is not trusted: {words}; server_ca (--server-ca) names the certificates that vouch for it"
    return f"{url} does not answer: {words}"
