"""Wake hints and announcements, within this process and to the others on the same file.

Each listening process has a datagram socket in the folder `<file>-wake/`; a hint is one datagram with one byte
for each topic. Who follows announcements has another one for them, so that they never crowd out a hint. Nothing here
may fail or block a writer: a hint that is lost costs a poll, never an event.
"""

import os
import secrets
import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread

from tickwork.store.listeners import Followers, Listeners
from tickwork.store.protocol import LONGEST_ANNOUNCEMENT, Topic

_TOPICS = tuple(Topic)
_LONGEST_ADDRESS = 100
"""Bytes; the kernel's limit is 108 or less."""
_STOP = b""
_FEED = ".feed"
"""How the names of mailboxes for announcements end."""


class Wakes:
    """`folder=None`: only within this process."""

    def __init__(self, *, folder: Path | None) -> None:
        self._lock = Lock()
        self._listeners = Listeners()
        self._followers = Followers()
        self._hints = self._feed = None
        if folder is not None:
            self._hints = _Post(folder=folder, ending="", receive=self._hear_hint)
            self._feed = _Post(folder=folder, ending=_FEED, receive=lambda letter: self._followers.tell((letter,)))

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        end = self._listeners.add(topics, wake)
        self._open(self._hints)
        return end

    def notify(self, topics: Iterable[Topic]) -> None:
        hinted = tuple(topics)
        self._listeners.hint(hinted)
        if self._hints is not None:
            self._hints.send(bytes(_TOPICS.index(topic) for topic in hinted))

    def follow(self, hear: Callable[[bytes], None]) -> Callable[[], None]:
        end = self._followers.add(hear)
        self._open(self._feed)
        return end

    def announce(self, payloads: Sequence[bytes]) -> None:
        self._followers.tell(payloads)
        if self._feed is not None:
            self._feed.send(*payloads)

    def hears(self) -> bool | None:
        """None: there is no mailbox (this is in memory, nobody listens, the folder cannot be used)."""
        heard = [alive for post in (self._hints, self._feed) if post is not None and (alive := post.hears) is not None]
        return all(heard) if heard else None

    def _open(self, post: "_Post | None") -> None:
        if post is not None:
            with self._lock:
                post.open_mailbox()

    def _hear_hint(self, letter: bytes) -> None:
        self._listeners.hint({_TOPICS[byte] for byte in letter if byte < len(_TOPICS)})

    def close(self) -> None:
        """Blocks shortly."""
        self._listeners.clear()
        self._followers.clear()
        for post in (self._hints, self._feed):
            if post is not None:
                post.close()


class _Post:
    """The mailboxes in the folder whose names end so. Without it (it cannot be made or used) the processes poll."""

    def __init__(self, *, folder: Path, ending: str, receive: Callable[[bytes], None]) -> None:
        self._folder = folder
        self._ending = ending
        self._receive = receive
        self._fd: int | None = None
        self._name: str | None = None
        self._mailbox: socket.socket | None = None
        self._thread: Thread | None = None
        self._sender: socket.socket | None = None
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            self._sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._sender.settimeout(0)

    def open_mailbox(self) -> None:
        if self._fd is None or self._mailbox is not None:
            return
        mailbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = f"{os.getpid()}-{secrets.token_hex(4)}{self._ending}"
        try:
            mailbox.bind(self._address(name))
        except OSError:
            mailbox.close()
            return
        self._name, self._mailbox = name, mailbox
        self._thread = Thread(target=self._deliver, args=(mailbox,), name="tickwork-wake", daemon=True)
        self._thread.start()

    @property
    def hears(self) -> bool | None:
        return None if self._thread is None else self._thread.is_alive()

    def _deliver(self, mailbox: socket.socket) -> None:
        while (letter := mailbox.recv(LONGEST_ANNOUNCEMENT)) != _STOP:
            self._receive(letter)

    def send(self, *letters: bytes) -> None:
        if self._fd is None or self._sender is None:
            return
        with suppress(OSError):
            for name in os.listdir(self._fd):  # noqa: PTH208 (by descriptor: the folder may move)
                if name != self._name and name.endswith(_FEED) == (self._ending == _FEED):
                    self._send_to(self._sender, name, letters)

    def _send_to(self, sender: socket.socket, name: str, letters: Sequence[bytes]) -> None:
        try:
            for letter in letters:
                sender.sendto(letter, self._address(name))
        except ConnectionRefusedError:  # its process is gone
            with suppress(OSError):
                os.unlink(name, dir_fd=self._fd)
        except OSError:  # full (it has hints enough to wake up for), or just closed
            pass

    def _address(self, name: str) -> str:
        direct = str(self._folder / name)
        if len(os.fsencode(direct)) <= _LONGEST_ADDRESS:
            return direct
        return f"/proc/self/fd/{self._fd}/{name}"

    def close(self) -> None:
        """In this order: the mailbox's thread, its name, then what both used."""
        if self._mailbox is not None and self._thread is not None and self._name is not None:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stop:
                stop.sendto(_STOP, self._address(self._name))
            self._thread.join()
            self._mailbox.close()
            with suppress(OSError):
                os.unlink(self._name, dir_fd=self._fd)
            self._mailbox = None
        if self._sender is not None:
            self._sender.close()
            self._sender = None
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
