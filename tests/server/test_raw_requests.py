"""Requests as no client library writes them, byte by byte to the listening server: none gets further than a plain one.

What a client library, or the ASGI interface, would tidy up is what front ends and servers have read differently.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.server.running import Running, a_running_server, populate

pytestmark = pytest.mark.asyncio(loop_scope="module")
SILENT, QUIET = 3.0, 0.5
"""Seconds after which nothing is expected any more: at all, and behind what was said."""
SECRETS = (b"etl:extract", b"etl-operators", b"18234", b"hunter2")
"""What nobody sees without a key."""
KEY = base64.b64encode(b"0123456789abcdef").decode()
SOCKET = f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n"
SMUGGLED = "GET /api/v1/jobs HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n"
"""With a key of somebody who sees all: it must not be answered to whoever did not send it as a request of their own."""

GET = "GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"
MUTATIONS: dict[str, str] = {
    "plain": GET,
    "an absolute target": "GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an absolute target elsewhere": "GET http://evil.example{path} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an absolute target with a user": "GET http://root@{host}{path} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an absolute target, a foreign Host": "GET http://{host}{path} HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a target without a slash": "GET {bare} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an authority for a target": "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a star for a target": "OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a fragment": "GET {path}# HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a tab for a blank": "GET\t{path}\tHTTP/1.1\r\nHost: {host}\r\n\r\n",
    "two blanks": "GET  {path}  HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a method in lower case": "get {path} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a method of mixed case": "Get {path} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a line folded": "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-A: b\r\n Authorization: Bearer {key}\r\n\r\n",
    "an Authorization folded": "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization:\r\n Bearer twk_root\r\n\r\n",
    "a Host folded": "GET {path} HTTP/1.1\r\nHost: \r\n {host}\r\n\r\n",
    "two Hosts": "GET {path} HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n",
    "two Hosts, ours last": "GET {path} HTTP/1.1\r\nHost: evil.example\r\nHost: {host}\r\n\r\n",
    "no Host": "GET {path} HTTP/1.1\r\n\r\n",
    "HTTP/1.0 without a Host": "GET {path} HTTP/1.0\r\n\r\n",
    "HTTP/1.0 with one": "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n",
    "HTTP/0.9": "GET {path}\r\n\r\n",
    "HTTP/2 at once": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an upgrade to HTTP/2": "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    "HTTP/9.9": "GET {path} HTTP/9.9\r\nHost: {host}\r\n\r\n",
    "a header without a name": "GET {path} HTTP/1.1\r\nHost: {host}\r\n: Bearer {key}\r\n\r\n",
    "a blank before the colon": "GET {path} HTTP/1.1\r\nHost : {host}\r\n\r\n",
    "a blank before a header": "GET {path} HTTP/1.1\r\n Host: {host}\r\n\r\n",
    "an underscore for a dash": "GET {path} HTTP/1.1\r\nHost: {host}\r\nX_Forwarded_For: 127.0.0.1\r\n\r\n",
    "a NUL in a header": "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-A: \0\r\n\r\n",
    "line feeds alone": "GET {path} HTTP/1.1\nHost: {host}\n\n",
    "carriage returns alone": "GET {path} HTTP/1.1\rHost: {host}\r\r",
    "two Content-Lengths": "GET {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
    "a list of Content-Lengths": "GET {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0, 5\r\n\r\nhello",
    "a negative Content-Length": "GET {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n",
    "a signed Content-Length": "GET {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: +0\r\n\r\n",
    "a huge Content-Length": "GET {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "a Content-Length and chunks": "GET {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\n"
    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks twice": "GET {path} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n"
    "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "chunks by another name": "GET {path} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": "GET {path} HTTP/1.0\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk of an odd size": "GET {path} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "a chunk with an extension": "GET {path} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    "0;Authorization=root\r\n\r\n",
    "a trailer": "GET {path} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n"
    "0\r\nAuthorization: Bearer {key}\r\n\r\n",
    "expecting to go on": "GET {path} HTTP/1.1\r\nHost: {host}\r\nExpect: 100-continue\r\n\r\n",
    "empty lines in front": "\r\n\r\n" + GET,
    "two requests, the first kept open": GET + GET,
}
SMUGGLING: dict[str, str] = {
    "within a Content-Length": "Content-Length: {length}\r\n\r\n{smuggled}",
    "behind chunks, within a Content-Length": "Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n"
    "0\r\n\r\n{smuggled}",
    "behind chunks by another name": "Content-Length: {length}\r\nTransfer-Encoding: xchunked\r\n\r\n{smuggled}",
    "behind two Content-Lengths": "Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{smuggled}",
    "behind a folded Content-Length": "X-A: b\r\n Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{smuggled}",
    "within a chunk": "Transfer-Encoding: chunked\r\n\r\n{hex}\r\n{smuggled}\r\n0\r\n\r\n",
}
"""The second request is inside the first one's body: who answers it has read the lengths otherwise."""


@dataclass
class Wire:
    """The server, and what stands in for names in the requests."""

    running: Running
    key: str

    @property
    def host(self) -> str:
        return self.running.url.removeprefix("http://")

    async def said(self, text: str, *, path: str) -> bytes:
        """All that is answered until the server closes, or says no more: it may wait for what never comes."""
        host, _, port = self.host.partition(":")
        values = {"path": path, "bare": path.lstrip("/"), "host": self.host, "key": self.key}
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(text.format(**values).encode("latin-1"))
        answer = b""
        try:
            while part := await asyncio.wait_for(reader.read(65_536), QUIET if answer else SILENT):
                answer += part
        except (TimeoutError, ConnectionError):
            pass
        finally:
            writer.close()
        return answer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wire]:
    async with a_running_server(Path(tmp_path_factory.mktemp("server"))) as running:
        await populate(running)
        await running.ops.people.users.create("root", superuser=True)
        yield Wire(running, await running.key("root"))


def statuses(answer: bytes) -> list[int]:
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]


async def _let_in(wire: Wire, texts: Mapping[str, str], paths: Sequence[str]) -> list[tuple[str, str, bytes]]:
    """What was answered with more than a refusal."""
    asked = [(name, path) for name in texts for path in paths]
    answers = await asyncio.gather(*(wire.said(texts[name], path=path) for name, path in asked))
    assert sum(map(bool, answers)) > len(answers) / 2, "most of them are answered, and at once"
    return [
        (name, path, answer)
        for (name, path), answer in zip(asked, answers, strict=True)
        if any(secret in answer for secret in SECRETS) or not all(400 <= one < 500 for one in statuses(answer))
    ]


async def test_a_request_gets_nobody_in_however_it_is_written(wire: Wire) -> None:
    run = wire.running.ids["run"][0]
    paths = ("/api/v1/jobs", f"/api/v1/runs/{run}", "/api/v1/groups", "/jobs")
    assert await _let_in(wire, MUTATIONS, paths) == []


async def test_a_socket_opens_to_nobody_however_it_is_asked_for(wire: Wire) -> None:
    texts = {name: text.replace("\r\n", "\r\n" + SOCKET, 1) for name, text in MUTATIONS.items()}
    assert await _let_in(wire, texts, ("/api/v1/live",)) == []


async def test_a_request_within_another_ones_body_is_never_answered(wire: Wire) -> None:
    values = {"host": wire.host, "key": wire.key}
    smuggled = SMUGGLED.format(**values)
    head = "POST /api/v1/session HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    lengths = {"length": len(smuggled), "hex": f"{len(smuggled):x}"}
    texts = [(head + way).format(**values, **lengths, smuggled=smuggled) for way in SMUGGLING.values()]
    answers = await asyncio.gather(*(wire.said(text, path="") for text in texts))
    for way, answer in zip(SMUGGLING, answers, strict=True):
        assert not any(secret in answer for secret in SECRETS), (way, answer)
        assert len(statuses(answer)) == 1, (way, answer)


async def test_the_same_wire_lets_in_who_has_a_key(wire: Wire) -> None:
    """Else all of the above would prove nothing."""
    text = "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"
    answer = await wire.said(text, path="/api/v1/jobs")
    assert statuses(answer) == [200]
    assert SECRETS[0] in answer
    opened = await wire.said(text.replace("Connection: close\r\n", SOCKET), path="/api/v1/live")
    assert statuses(opened) == [101]
