"""A launcher of root that may not signal other users' processes, like one that is not root."""

import ctypes
import struct

from tickwork.worker.process import launcher, tree

CAP_KILL, VERSION = 5, 0x2008_0522


def drop_kill() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    header = struct.pack("=Ii", VERSION, 0)
    sets = ctypes.create_string_buffer(24)  # effective, permitted and inheritable, twice 32 bits of each
    libc.capget(header, sets)
    words = list(struct.unpack("=6I", sets.raw))
    for index in (0, 1):
        words[index] &= ~(1 << CAP_KILL)
    if libc.capset(header, struct.pack("=6I", *words)) != 0:
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    drop_kill()
    tree.PATIENCE = 0.5
    launcher.main()
