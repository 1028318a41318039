"""The tokens of runs, with the keys of the instance (core/run_tokens.py says how they are made)."""

from tickwork.core import run_tokens
from tickwork.core.ids import RunId
from tickwork.core.model import Fence
from tickwork.keyring import Keyring

_PURPOSE = "run tokens"


def run_token(run: RunId, fence: Fence, keyring: Keyring) -> str:
    """What the job of a claim shows to be taken for its run."""
    return run_tokens.sign(run, fence, keyring.keys(_PURPOSE)[0])


def claim_of(token: str, keyring: Keyring) -> tuple[RunId, Fence] | None:
    """Which claim it was made for; None: it is none of ours."""
    return run_tokens.read(token, keyring.keys(_PURPOSE))
