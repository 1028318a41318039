"""Ending a tree of processes for certain, also one that moves faster than it can be looked at."""

import subprocess
import sys
from pathlib import Path

import pytest

HOPPING = """
def hop(folder, leave):
    os.setsid()
    while True:
        os.utime(folder)
        if os.fork() != 0:
            os._exit(0)
        leave()
"""
"""Its pid is another one all the time; it ends when its folder is gone."""

KILLING = f"""
import os, sys
from tickwork.core.clock import SystemClock
from tickwork.worker.process.kernel import become_reaper
from tickwork.worker.process.tree import Brood
{HOPPING}
become_reaper()
brood = Brood(clock=SystemClock())
leave = {{"nothing": int, "its session": os.setsid, "its group": lambda: os.setpgid(0, 0)}}[sys.argv[2]]
for _ in range(3):
    if os.fork() == 0:
        hop(sys.argv[1], leave)
while len(brood.dead) < 100:
    brood.reap()
left = brood.kill()
try:
    print(left, os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print(left, "nobody")
"""


@pytest.mark.parametrize("leaving", ["nothing", "its session", "its group"])
async def test_who_forks_and_ends_all_the_time_is_ended(tmp_path: Path, leaving: str) -> None:
    command = [sys.executable, "-c", KILLING, str(tmp_path), leaving]
    try:
        killed = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert (killed.stdout, killed.stderr) == ("() nobody\n", "")
    finally:
        tmp_path.rmdir()  # whoever is left cannot go on without it
