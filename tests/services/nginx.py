"""An nginx with the configuration of `deploy/`, for tests."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.services.fleet import free_port
from tests.services.mortal import mortal

PROGRAM = "/usr/sbin/nginx"
"""Where Debian's package puts it."""
CONFIGURATION = Path(__file__).parents[2] / "deploy" / "proxies" / "nginx.conf"
_PATIENCE = 10.0
_AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/log warn; worker_processes 1; {user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/tickwork.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """`port` speaks TLS, `plain` does not."""

    port: int
    plain: int
    log: Path


@contextmanager
def in_front_of(servers: Sequence[int], folder: Path) -> Iterator[Nginx]:
    """Two servers on these ports of the loopback, behind `localhost`. The folder has cert.pem and key.pem."""
    nginx = Nginx(port=free_port(), plain=free_port(), log=folder / "log")
    (folder / "tickwork.conf").write_text(_adapted(servers, folder, nginx))
    user = "user root;" if os.geteuid() == 0 else ""  # its workers read the folder, which is ours
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, user=user))
    command = [PROGRAM, "-p", str(folder), "-e", str(nginx.log), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t", "-q"], check=True)
    process = mortal(command, stdin=subprocess.DEVNULL)
    try:
        _wait_for(nginx)
        yield nginx
    finally:
        process.terminate()
        process.wait()


def _adapted(servers: Sequence[int], folder: Path, nginx: Nginx) -> str:
    """What a user changes: names, certificate, servers; and the ports, as 443 may be taken here."""
    one, other = servers
    changes = {
        "server 127.0.0.1:8425;": f"server 127.0.0.1:{one}; server 127.0.0.1:{other};",
        "listen 443 ": f"listen 127.0.0.1:{nginx.port} ",
        "listen 80;": f"listen 127.0.0.1:{nginx.plain};",
        "/etc/ssl/tickwork/fullchain.pem": str(folder / "cert.pem"),
        "/etc/ssl/tickwork/key.pem": str(folder / "key.pem"),
        "server_name tickwork.example;": "server_name localhost;",
    }
    text = CONFIGURATION.read_text()
    for told, meant in changes.items():
        assert told in text
        text = text.replace(told, meant)
    return text


def _wait_for(nginx: Nginx) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            httpx2.get(f"http://127.0.0.1:{nginx.plain}/")
        except httpx2.TransportError:
            assert time.monotonic() < until, nginx.log.read_text()
            time.sleep(0.02)
        else:
            return
