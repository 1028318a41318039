"""HTTP/1.1 as uvicorn reads it, but for what it takes at its word."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Http(HttpToolsProtocol):
    """Trailers are no headers (RFC 9110, 6.5.1).

    Whoever stands in front of us judges a request by its headers; uvicorn adds to them what comes behind a chunked
    body, so that an Authorization, a Cookie or an Origin there would count as if it had been in front.
    """

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if "path" in self.scope:  # else it becomes a socket, which has no body
            self.headers = []
