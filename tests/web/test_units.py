"""What the pages compute, tested where they compute it."""

import subprocess
import sys
from pathlib import Path

from tests.web.browser import ROOT


def test_what_the_pages_compute_is_right():
    node = Path(sys.executable).with_name("node")
    vitest = ROOT / "web" / "node_modules" / "vitest" / "vitest.mjs"
    done = subprocess.run([node, vitest, "run"], cwd=ROOT / "web", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
