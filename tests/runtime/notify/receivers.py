"""A mail server and an HTTP server on loopback that keep what they are told."""

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer

from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class Mails:
    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope) -> str:
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@asynccontextmanager
async def mail_server(
    *, port: int = 0, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, user: str = ""
) -> AsyncIterator[Mails]:
    """On this event loop. `starttls`: offered, and needed first; `tls`: from the first byte; `user`: who alone sends,
    by the password "secret"."""
    mails = Mails()
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        def known(_server, _session, _envelope, _mechanism, said) -> AuthResult:
            return AuthResult(success=(said.login, said.password) == (user.encode(), b"secret"), handled=False)

        return SMTP(
            mails,
            hostname="here",
            loop=loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=bool(user),
            authenticator=known,
        )

    server = await loop.create_server(protocol, "127.0.0.1", port, ssl=tls)
    mails.port = server.sockets[0].getsockname()[1]
    try:
        yield mails
    finally:
        server.close()
        await server.wait_closed()


@dataclass
class Posts:
    port: int = 0
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    location: str = ""


@contextmanager
def http_server() -> Iterator[Posts]:
    posts = Posts()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            posts.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(posts.status)
            if posts.location:
                self.send_header("location", posts.location)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_arguments) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    posts.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield posts
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
