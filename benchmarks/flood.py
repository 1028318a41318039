"""What a function costs that logs a million records: time, and the memory of whoever keeps its log within the cap.

python benchmarks/flood.py [--records 1000000]
"""

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

import psutil
from measuring import machine

from tickwork import Tickwork

APP = """
import logging
from tickwork import task

@task
def flood(records: int) -> int:
    log = logging.getLogger("loud")
    for n in range(records):
        log.info("record %d", n)
    return records
"""


class Watch:
    """The most memory that a process below this one had of its own, in megabytes."""

    def __init__(self) -> None:
        self.most = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.25):
            for process in psutil.Process().children(recursive=True):
                try:
                    self.most = max(self.most, process.memory_full_info().uss / 1e6)
                except psutil.NoSuchProcess:
                    continue


def main(records: int) -> None:
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "loud_app.py").write_text(APP)
        sys.path.insert(0, folder)
        import loud_app

        with Tickwork(f"sqlite:///{folder}/t.db", jobs=loud_app, workers=1), Watch() as watch:
            began = time.perf_counter()
            run = loud_app.flood.submit(records=records)
            assert run.result() == records
            seconds = time.perf_counter() - began
            kept = len(run.logs())
    print(f"{records:,} records in {seconds:.1f} s ({seconds / records * 1e6:.1f} µs each), {kept:,} characters kept")
    print(f"{watch.most:.0f} MB in the largest of the worker's processes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    main(parser.parse_args().records)
