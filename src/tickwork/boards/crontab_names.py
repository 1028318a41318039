"""Names for jobs that had none: what a crontab's command line is about, in a word."""

import re

_SUBSTITUTION = re.compile(r"\$\([^()]*\)|`[^`]*`|\$\w+|[\"'{}]")
_SEPARATORS = re.compile(r"&&|\|\||[;|&()%]")
_KEYWORDS = {"if", "then", "elif", "else", "fi", "while", "until", "do", "done", "!"}
_PREPARING = {
    ".", ":", "[", "[[", "cd", "command", "echo", "export", "for", "set", "sleep", "source", "test", "true", "ulimit",
    "umask", "which",
}  # fmt: skip
"""Commands that only prepare the one that matters (or print, where nothing else matters)."""
_WRAPPERS = {
    "bash", "chronic", "chrt", "dash", "doas", "env", "exec", "flock", "ionice", "ksh", "nice", "node", "nohup", "perl",
    "php", "python", "python2", "python3", "ruby", "run-parts", "runuser", "setsid", "sh", "su", "sudo", "systemd-cat",
    "time", "timeout", "zsh",
}  # fmt: skip
"""Programs that run the one that is named behind them."""
_BECOMING = ("sudo", "doas", "runuser")
"""Wrappers whose -u and -g are followed by a name."""
_ENDINGS = re.compile(r"\.(sh|bash|py|pl|php|rb|js)$")
_LONGEST = 60


def name_of(command: str) -> str:
    """`cd / && /usr/local/bin/backup.sh --full` → `backup`."""
    segments = _SEPARATORS.split(_SUBSTITUTION.sub(" ", command.replace("\\%", "")))
    named = [program for segment in segments if (program := _program(segment.split()))]
    first = next((program for program in named if program not in _PREPARING), named[0] if named else "")
    bare = _ENDINGS.sub("", first.rstrip("/").rpartition("/")[2])
    return re.sub(r"[^\w.-]+", "-", bare).strip("-.")[:_LONGEST].rstrip("-.") or "job"


def _program(words: list[str]) -> str:
    """What a simple command runs: past keywords, assignments, and wrappers with their options, numbers and locks."""
    wrapper, before = "", ""
    for word in words:
        of_option = wrapper.endswith(_BECOMING) and before in {"-u", "-g"}
        is_argument = of_option or (wrapper and (word[0].isdigit() or word.endswith((".lock", ".lck"))))
        before = word
        if word in _KEYWORDS or "=" in word or word.startswith("-") or is_argument:
            continue
        if word.startswith((">", "<")):
            break
        if word.rpartition("/")[2] not in _WRAPPERS:
            return word
        wrapper = word
    return wrapper


class Names:
    """Gives each job a name of its own: `backup`, `backup-2`, …"""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def choose(self, command: str) -> str:
        base = name = name_of(command)
        number = 1
        while name in self._used:
            number += 1
            name = f"{base}-{number}"
        self._used.add(name)
        return name

    def free(self, name: str) -> None:
        """Take back a choice that did not become a job."""
        self._used.discard(name)
