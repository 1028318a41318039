#!/usr/bin/env python3
"""Everything on a fresh machine, with nothing but Python 3.11 or newer.

    python3 run.py up [...]      start Tickwork (arguments go to `tickwork up`)
    python3 run.py test [...]    all tests (arguments go to pytest)
    python3 run.py check         lint, format, types, import layers
    python3 run.py docs          the documentation site, in build/documentation/site
    python3 run.py setup         install what all of these need, and build the dashboard
    python3 run.py tickwork ...  any other command of Tickwork
    python3 run.py python ...    Python with everything installed

Makes `.venv` beside this file, installs what the command needs (again only when pyproject.toml or
constraints.txt changed), builds the dashboard's pages (only when web/ changed), then becomes that command.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PAGES = ROOT / "web" / "build.py"
GROUPS = {
    "up": ["web"],
    "test": ["test", "docs", "web"],
    "check": ["check", "test", "web"],
    "docs": ["docs"],
    "setup": ["check", "test", "docs", "web"],
}


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"Tickwork needs Python 3.11 or newer; this is {sys.version.split()[0]} at {sys.executable}")
    command, *rest = sys.argv[1:] or ["help"]
    if command not in {"up", "test", "check", "docs", "tickwork", "python", "setup"}:
        sys.exit(__doc__)
    with locked():
        make_venv()
        install(GROUPS.get(command, []))
        if "web" in GROUPS.get(command, []):
            pages(everything=command != "up")
    enter_venv()
    match command:
        case "up":
            become("tickwork", "up", *rest)
        case "tickwork" | "python":
            become(command, *rest)
        case "docs":
            become("python", str(ROOT / "docs" / "build.py"), *rest)
        case "test":
            os.chdir(ROOT)
            if rest:
                become("pytest", *rest)
            sys.exit(test())
        case "check":
            os.chdir(ROOT)
            sys.exit(check())


def enter_venv() -> None:
    # without compiled modules on disk each process that starts compiles all of them: three seconds instead of one
    for name in ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
    os.environ["VIRTUAL_ENV"] = str(VENV)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


@contextlib.contextmanager
def locked():  # noqa: ANN201 (no collections.abc import for one annotation)
    """Two of these at once must not install over each other."""
    with (ROOT / ".run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    if not (BIN / "python").exists():
        say("making .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        quiet(sys.executable, "-m", "venv", str(VENV))


def install(groups: list[str]) -> None:
    """Install Tickwork (editable) and the dependency groups, unless that is so already."""
    sources = b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
    wanted = hashlib.sha256(sources + sys.version.encode() + str(VENV).encode()).hexdigest()
    for name in ["base", *groups]:
        stamp = VENV / f".installed-{name}"
        if stamp.exists() and stamp.read_text() == wanted:
            continue
        say(f"installing {'tickwork' if name == 'base' else f'what `{name}` needs'}")
        what = ["-e", str(ROOT)] if name == "base" else ["--group", f"{ROOT / 'pyproject.toml'}:{name}"]
        quiet(
            uv(),
            "pip",
            "install",
            "--quiet",
            "--python",
            str(BIN / "python"),
            "-c",
            str(ROOT / "constraints.txt"),
            *what,
        )
        stamp.write_text(wanted)


def uv() -> str:
    """The installer: the machine's, else one in `.venv`."""
    if found := shutil.which("uv"):
        return found
    if not (BIN / "uv").exists():
        quiet(str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    return str(BIN / "uv")


def pages(*, everything: bool) -> None:
    """Build the dashboard. `up` starts without it if that fails: everything but the pages works."""
    if not PAGES.exists():  # an unpacked source archive brings them built
        return
    what = ["--all"] if everything else []
    built = subprocess.run([str(BIN / "python"), str(PAGES), *what], check=False)
    if built.returncode and everything:
        sys.exit("run.py: this step failed; the lines above say why")


def test() -> int:
    """The browser's tests go last, in processes of their own: what drives it keeps an event loop running, beside which
    no other can. A third of the time of the others goes by in waiting for processes."""
    cores = max(2, os.cpu_count() or 2)
    runs = [["--ignore=tests/web", "-n", str(cores * 3 // 2)], ["tests/web", "-n", str(cores), "--dist", "loadgroup"]]
    return max(subprocess.run([str(BIN / "pytest"), *one], check=False).returncode for one in runs)


def check() -> int:
    """All checks run, side by side, also after one has failed, so that one go shows everything."""
    steps = {
        "mypy": ["mypy"],
        "web": ["npm", "--prefix", "web", "run", "--silent", "check"],
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "lint-imports": ["lint-imports", "--no-cache"],
    }
    with ThreadPoolExecutor() as beside:
        failed = [name for name, ok in zip(steps, beside.map(passes, steps.values()), strict=True) if not ok]
    if failed:
        say(f"check failed: {', '.join(failed)}")
    return 1 if failed else 0


def passes(step: list[str]) -> bool:
    """Whether it does. What it says is shown when it has ended, undisturbed by the others."""
    done = subprocess.run(
        [str(BIN / step[0]), *step[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    print(done.stdout, end="", flush=True)
    return done.returncode == 0


def quiet(*command: str) -> None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={"UV_SYSTEM_CERTS": "1", **os.environ},
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}\nrun.py: this step failed; the lines above say why")


def say(line: str) -> None:
    print(f"run.py: {line}", file=sys.stderr, flush=True)


def become(name: str, *arguments: str) -> None:
    program = str(BIN / name)
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main()
