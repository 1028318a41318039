"""Definitions are decoded once, and never taken for each other."""

from tests.house import job
from tickwork.core.cache import DefinitionCache
from tickwork.core.codec import from_json, to_json
from tickwork.core.model import Job


def test_a_text_is_decoded_once_and_the_oldest_goes_first():
    decoded = list[bytes]()

    def decode(body: bytes) -> Job:
        decoded.append(body)
        return from_json(body, Job)

    cache = DefinitionCache(size=2, decode=decode)
    one, two, three = (to_json(job(name)) for name in ("one", "two", "three"))
    for body in (one, two, one, bytes(bytearray(two)), three, two, one):
        assert to_json(cache.get(body)) == body
    assert decoded == [one, two, three, one]


def test_another_text_is_another_definition_whatever_the_number_of_its_revision():
    # A store that lost its tail gives revision 5 to what somebody saves next
    cache = DefinitionCache()
    lost, saved = job("backup", description="lost"), job("backup", description="saved")
    assert cache.get(to_json(lost)) == lost
    assert cache.get(to_json(saved)) == saved
