"""What benchmarks share runs with the product as it is now; how fast it is, they say themselves."""

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


def test_a_few_runs_are_drained_and_told_of():
    command = [sys.executable, str(BENCHMARKS / "throughput.py"), "--store", "sqlite", "--runs", "50", "--repeat", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = [line.split()[0] for line in done.stdout.splitlines() if "µs CPU" in line]
    assert told == ["process", "thread", "async"]
