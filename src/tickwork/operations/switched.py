"""What is switched off, for whoever decides by it."""

from tickwork.core.codec import from_json
from tickwork.core.model import Switch
from tickwork.operations.paging import every
from tickwork.store.protocol import Documents, Kind


async def read_switches(store: Documents) -> dict[str, Switch]:
    """All switches, by their document id."""
    documents = await every(store, Kind.SWITCH)
    return {d.id: from_json(d.body, Switch) for d in documents if d.body is not None}
