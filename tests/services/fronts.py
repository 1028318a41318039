"""Proxies with the configurations of `deploy/`, for tests. Each stands before two servers, as `localhost`."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.services.fleet import free_port
from tests.services.mortal import mortal

NGINX, CADDY = "/usr/sbin/nginx", "/usr/bin/caddy"
"""Where Debian's packages put them."""
_PROXIES = Path(__file__).parents[2] / "deploy" / "proxies"
_PATIENCE = 10.0
_AROUND_NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/log warn; worker_processes 1; {user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/tickwork.conf;
}}
"""
_ABOVE_CADDY = """
{{
    admin off
    http_port {plain}
    https_port {port}
    default_bind 127.0.0.1
    grace_period 100ms
}}
"""


@dataclass(frozen=True)
class Proxy:
    """`port` speaks TLS, `plain` does not."""

    port: int
    plain: int


@contextmanager
def nginx(servers: Sequence[int], folder: Path) -> Iterator[Proxy]:
    """Before servers on these ports of the loopback. The folder has cert.pem and key.pem."""
    proxy = Proxy(port=free_port(), plain=free_port())
    changes = {
        "server 127.0.0.1:8425;": "".join(f"server 127.0.0.1:{port};" for port in servers),
        "listen 443 ": f"listen 127.0.0.1:{proxy.port} ",
        "listen 80;": f"listen 127.0.0.1:{proxy.plain};",
        "/etc/ssl/tickwork/fullchain.pem": str(folder / "cert.pem"),
        "/etc/ssl/tickwork/key.pem": str(folder / "key.pem"),
        "server_name tickwork.example;": "server_name localhost;",
    }
    (folder / "tickwork.conf").write_text(_adapted("nginx.conf", changes))
    user = "user root;" if os.geteuid() == 0 else ""  # its workers read the folder, which is ours
    (folder / "nginx.conf").write_text(_AROUND_NGINX.format(folder=folder, user=user))
    command = [NGINX, "-p", str(folder), "-e", str(folder / "log"), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t", "-q"], check=True)
    with _running(command, folder, proxy):
        yield proxy


@contextmanager
def caddy(servers: Sequence[int], folder: Path) -> Iterator[Proxy]:
    """As `nginx`."""
    proxy = Proxy(port=free_port(), plain=free_port())
    changes = {
        "tickwork.example {": f"localhost {{\n\ttls {folder}/cert.pem {folder}/key.pem",
        "127.0.0.1:8425": " ".join(f"127.0.0.1:{port}" for port in servers),
    }
    text = _ABOVE_CADDY.format(port=proxy.port, plain=proxy.plain) + _adapted("Caddyfile", changes)
    (folder / "Caddyfile").write_text(text)
    command = [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with _running(command, folder, proxy):
        yield proxy


INSTALLED: Mapping[str, Callable[[Sequence[int], Path], AbstractContextManager[Proxy]]] = {
    Path(program).name: front for program, front in ((NGINX, nginx), (CADDY, caddy)) if os.access(program, os.X_OK)
}


def _adapted(name: str, changes: Mapping[str, str]) -> str:
    """What a user changes: names, certificate, servers; and the ports, as those of the web may be taken here."""
    text = (_PROXIES / name).read_text()
    for told, meant in changes.items():
        assert told in text
        text = text.replace(told, meant)
    return text


@contextmanager
def _running(command: Sequence[str], folder: Path, proxy: Proxy) -> Iterator[None]:
    environment = {**os.environ, "HOME": str(folder)}
    with (folder / "out").open("ab") as out:
        process = mortal(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment)
    try:
        _wait_for(proxy, folder)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for(proxy: Proxy, folder: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            httpx2.get(f"http://127.0.0.1:{proxy.plain}/")
        except httpx2.TransportError:
            assert time.monotonic() < until, (folder / "out").read_text()
            time.sleep(0.02)
        else:
            return
