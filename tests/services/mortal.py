"""Processes that die with whoever starts them: a test that is aborted, however, leaves none of them behind."""

import os
import subprocess
from collections.abc import Sequence
from functools import partial
from typing import Any

from tickwork.worker.process.kernel import die_with_parent


def mortal(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """As `subprocess.Popen`; by the thread of the test itself: the kernel kills it with the one that made it."""
    return subprocess.Popen(command, preexec_fn=partial(die_with_parent, os.getpid()), **options)
