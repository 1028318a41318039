"""What a run is given on the store's side of the link, and nobody else sees: its secrets, and a token."""

from msgspec.structs import replace

from tickwork.core.codec import to_json
from tickwork.core.model import Job
from tickwork.keyring import Keyring
from tickwork.operations.run_tokens import run_token
from tickwork.operations.secrets import Vault
from tickwork.store.protocol import Claim, Store


class Grants:
    """With the keys of the instance."""

    def __init__(self, *, store: Store, keyring: Keyring) -> None:
        self._vault = Vault(store=store, keyring=keyring)
        self._keyring = keyring

    async def to(self, claim: Claim, job: Job | None) -> Claim:
        """The claim with what it is granted. Secrets that cannot be had are left out; the run does not begin then."""
        token = run_token(claim.run.id, claim.fence, self._keyring)
        if job is None or not job.secrets:
            return replace(claim, token=token)
        return replace(claim, token=token, secrets=to_json(await self._vault.variables(job)))
