"""Tests in a Linux of their own, whose control groups have all controllers and belong to nobody else.

    python -m tests.services.uml tests/worker/processes/with_controllers.py

It is a kernel that runs as a program (Debian's package `user-mode-linux`), and finds the files that are here. Ends as
pytest does.
"""

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = "/usr/bin/linux.uml"
_ROOT = Path(__file__).parents[2]
_PATIENCE = 600.0
_INIT = """#!/bin/sh
dmesg -n 1
mount -t proc proc /proc; mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /tmp; mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p {root}; mount -t hostfs -o {root} none {root}  # a checkout may be in /tmp
export PATH={path} HOME=/root PYTHONDONTWRITEBYTECODE=1
cd {root} && {pytest}
echo $? > {status}
poweroff -f
"""


def main(*arguments: str) -> int:
    with tempfile.TemporaryDirectory(prefix="tw-uml-", dir="/var/tmp") as folder:
        status, init = Path(folder, "status"), Path(folder, "init")
        pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin:/usr/sbin:/sbin"
        init.write_text(_INIT.format(path=path, root=_ROOT, pytest=shlex.join(pytest), status=status))
        init.chmod(0o755)
        where = ["mem=1500M", "quiet", "rootfstype=hostfs", "rootflags=/", "rw", f"init={init}"]
        consoles = ["con=null", "con0=fd:0,fd:1"]
        subprocess.run([PROGRAM, *where, *consoles], stdin=subprocess.DEVNULL, timeout=_PATIENCE, check=False)
        return int(status.read_text()) if status.exists() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
