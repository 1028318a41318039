"""Kills whoever imports it."""

import os
import signal

os.kill(os.getpid(), signal.SIGSEGV)
