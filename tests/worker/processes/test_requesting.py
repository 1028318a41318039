"""Requests over HTTP: what they bring back, and where they do not go."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from tickwork import pinned
from tickwork.worker.process.requesting import MAX_BODY, RefusedTarget, RequestError, UnexpectedStatus, request

HERE = ["127.0.0.1"]


class Answers(BaseHTTPRequestHandler):
    """By path; keeps what it was asked."""

    asked: ClassVar[list[tuple[str, str, dict[str, str], bytes]]] = []

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append((self.command, self.path, dict(self.headers), body))
        path = self.path.partition("?")[0]
        status, kind, data, more = {
            "/json": (200, "application/json; charset=utf-8", b'{"a": [1, null]}', {}),
            "/broken": (200, "application/json", b"{nope", {}),
            "/text": (200, "text/plain", "grüße".encode(), {}),
            "/latin": (200, "text/plain", b"gr\xfc\xdfe", {}),
            "/large": (200, "text/plain", b"x" * (MAX_BODY * 3), {}),
            "/down": (503, "text/plain", b"try later", {"Retry-After": "5"}),
            "/made": (201, "text/plain", b"", {}),
            "/to-json": (302, "text/plain", b"", {"Location": "/json"}),
            "/keep": (307, "text/plain", b"", {"Location": "/text"}),
            "/loop": (302, "text/plain", b"", {"Location": "/loop"}),
            "/inside": (302, "text/plain", b"", {"Location": "http://127.0.0.2:1/secret"}),
            "/file": (302, "text/plain", b"", {"Location": "file:///etc/passwd"}),
            "/elsewhere": (302, "text/plain", b"", {"Location": f"http://localhost:{self.server.server_port}/json"}),
        }.get(path, (404, "text/plain", b"no", {}))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, text in more.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_POST = do_HEAD = do_DELETE = _answer

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[str]:
    Answers.asked = []
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/json", {"json": {"a": [1, None]}}),
        ("/broken", {"text": "{nope"}),
        ("/text", {"text": "grüße"}),
        ("/latin", {"base64": "Z3L832U="}),
        ("/made", {}),
        ("/large", {"text": "x" * MAX_BODY, "truncated": True}),
    ],
)
def test_the_response_is_the_result(server: str, path: str, body: dict[str, object]) -> None:
    result = request(server + path, allow=HERE)
    status = 201 if path == "/made" else 200
    assert (result.pop("status"), result.pop("url")) == (status, server + path)
    assert result.pop("headers")["content-type"].partition(";")[0] in {"application/json", "text/plain"}
    assert result == body


def test_method_headers_and_body_go_along(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "s3cret")
    request(f"{server}/text?a=b#part", "POST", {"X-Key": "${KEY}"}, '{"id": "${KEY}"}', allow=HERE)
    [(method, path, headers, body)] = Answers.asked
    assert (method, path, headers["X-Key"], body) == ("POST", "/text?a=b", "s3cret", b'{"id": "s3cret"}')
    assert headers["Host"] == server.removeprefix("http://")
    assert headers["User-Agent"].startswith("tickwork/")


def test_a_variable_that_the_run_has_not_is_named(server: str) -> None:
    with pytest.raises(RequestError, match="the run has no variable NOBODY"):
        request(server, headers={"A": "${NOBODY}"}, allow=HERE)
    assert Answers.asked == []


def test_a_status_that_is_no_success_fails_with_what_was_said(server: str) -> None:
    with pytest.raises(UnexpectedStatus, match=r"GET http://.*/down answered 503 Service Unavailable: try later"):
        request(f"{server}/down?token=1", allow=HERE)
    with pytest.raises(UnexpectedStatus, match="answered 200"):
        request(f"{server}/text", expect=[204], allow=HERE)
    assert request(f"{server}/down", expect=[200, 503], allow=HERE)["headers"]["retry-after"] == "5"


def test_what_is_in_a_query_is_not_told(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    request(f"{server}/text?token=abc", allow=HERE)
    assert capsys.readouterr().out == f"GET {server}/text → 200 OK\n"


def test_redirects_are_followed(server: str) -> None:
    assert request(f"{server}/to-json", "POST", body="x", allow=HERE)["json"] == {"a": [1, None]}
    assert [(method, path, body) for method, path, _, body in Answers.asked] == [
        ("POST", "/to-json", b"x"),
        ("GET", "/json", b""),
    ]
    Answers.asked.clear()
    request(f"{server}/keep", "POST", body="x", allow=HERE)
    assert [(method, path, body) for method, path, _, body in Answers.asked][1] == ("POST", "/text", b"x")


def test_another_origin_gets_none_of_the_headers(server: str) -> None:
    request(f"{server}/elsewhere", headers={"Authorization": "Bearer x"}, allow=[*HERE, "localhost"])
    first, second = Answers.asked
    assert first[2]["Authorization"] == "Bearer x"
    assert "Authorization" not in second[2]


def test_a_circle_of_redirects_ends(server: str) -> None:
    with pytest.raises(RequestError, match="was redirected more than 5 times"):
        request(f"{server}/loop", allow=HERE)


@pytest.mark.parametrize(
    ("path", "words"),
    [("/inside", r"127\.0\.0\.2 is a loopback address"), ("/file", "'file:///etc/passwd' is not called")],
)
def test_each_redirect_is_checked(server: str, path: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        request(server + path, allow=HERE)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/text",
        "http://localhost:{port}/text",
        "http://2130706433:{port}/text",  # 127.0.0.1 as one number
        "http://0x7f.1:{port}/text",
        "http://[::1]:{port}/text",
        "http://[::ffff:127.0.0.1]:{port}/text",
        "http://0.0.0.0:{port}/text",
    ],
)
def test_nothing_of_this_host_is_reached_by_whatever_name(server: str, url: str) -> None:
    with pytest.raises(RefusedTarget, match="http_allow"):
        request(url.format(port=server.rpartition(":")[2]))
    assert Answers.asked == []


def test_a_name_that_resolves_elsewhere_a_moment_later_is_not_asked_again(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer is the one that is checked, and the one that is connected to."""
    port, asked = int(server.rpartition(":")[2]), []
    dialled: list[tuple[str, int]] = []

    def resolve(host: str, _port: int, **_: object) -> list[object]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def dial(place: tuple[str, int], **_: object) -> socket.socket:
        dialled.append(place)
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(pinned.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(pinned.socket, "create_connection", dial)
    with pytest.raises(RequestError, match="nobody there"):
        request(f"http://rebind.example:{port}/text")
    assert asked == ["rebind.example"]
    assert dialled == [("93.184.216.34", port)]


def test_a_server_that_is_not_there_is_said(server: str) -> None:
    with pytest.raises(RequestError, match="Connection refused"):
        request("http://127.0.0.1:1/", allow=HERE)
    with pytest.raises(RequestError, match=r"GET http://nobody\.invalid/: "):
        request("http://nobody.invalid/")


def test_tls_is_proven_for_the_name(server: str) -> None:
    with pytest.raises(RequestError, match="GET https://127"):
        request(server.replace("http:", "https:"), allow=HERE)
