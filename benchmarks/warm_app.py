"""What an app that takes long to import costs: its first run, each later one, and the memory of its children.

python benchmarks/warm_app.py [--import-ms 300] [--runs 200]
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tickwork import Tickwork

APP = """
import time
from tickwork import task

time.sleep({seconds})  # for what large libraries take

@task
def noop() -> int:
    return 1
"""


def main(*, seconds: float, runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "slow_app.py").write_text(APP.format(seconds=seconds))
        sys.path.insert(0, folder)
        import slow_app

        with Tickwork(f"sqlite:///{folder}/t.db", jobs=slow_app, workers=4):
            first = once(slow_app.noop)
            later = [once(slow_app.noop) for _ in range(runs)]
            print(f"import   {seconds * 1000:>8.0f} ms")
            print(f"first    {first * 1000:>8.1f} ms from submit to result, the launcher's import included")
            print(f"later    {statistics.median(later) * 1000:>8.1f} ms (median), {max(later) * 1000:.1f} ms at most")
            children = [one for one in psutil.Process().children(recursive=True) if not one.children()]
            memory = children[-1].memory_full_info()
            own, all_of_it = memory.uss / 2**20, memory.rss / 2**20
            print(f"memory   {own:>8.1f} MiB of its own a warm child, {all_of_it:.1f} with what it shares")


def once(job: object) -> float:
    began = time.perf_counter()
    job.run()
    return time.perf_counter() - began


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--import-ms", type=float, default=300)
    parser.add_argument("--runs", type=int, default=200)
    options = parser.parse_args()
    main(seconds=options.import_ms / 1000, runs=options.runs)
