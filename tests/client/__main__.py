"""Write `tickwork.client.synchronous` from `tickwork.client.asynchronous`: `python -m tests.client`, from the root."""

import subprocess
import sys

from tests.client.unawaited import MODULES, TARGET, synchronous

if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for module in MODULES:
        (TARGET / module.name).write_text(synchronous(module.read_text()))
    for ruff in (["check", "--fix", "--quiet", "--select", "I"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *ruff, TARGET], check=True)
