"""Wheels of this version and of the one before, as their own metadata makes them, each installed into an environment of
its own beside the dependencies of the tests. Nothing of it needs a network."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
"""Without the part of the backend that makes the pages: those of this version are packed where they are built."""


def built(source: Path, into: Path) -> Path:
    """The wheel of the project whose `pyproject.toml` is in that folder."""
    into.mkdir()
    done = _ran(sys.executable, "-c", BUILD, str(into), cwd=source)
    return into / done.split()[-1]


def installed(wheel: Path, into: Path) -> Path:
    """The `tickwork` of a fresh environment that has it. It sees no other Tickwork: what a `.pth` file names is looked
    through for packages, but not for more `.pth` files, such as the one of the checkout's editable install."""
    venv.create(into, symlinks=True, with_pip=False)
    python = into / "bin" / "python"
    options = ("--no-deps", "--no-index", "--no-compile", "--quiet", "--disable-pip-version-check")
    _ran(sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel))
    [site] = (into / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return into / "bin" / "tickwork"


def _ran(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
