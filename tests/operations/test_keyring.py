"""The instance's secret keys and the file they stand in."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from tickwork.config import Settings, load
from tickwork.errors import InvalidSetting
from tickwork.keyring import Keyring
from tickwork.node import make_keyring


def test_a_key_is_made_at_its_first_use_for_its_owner_alone(tmp_path):
    file = tmp_path / "new" / "secret.key"
    ring = Keyring(file=file)
    assert not file.exists()
    [key] = ring.keys("a")
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Keyring(file=file).keys("a") == (key,)
    assert list(file.parent.iterdir()) == [file]


def test_of_many_that_make_a_key_at_once_all_have_the_same(tmp_path):
    file = tmp_path / "secret.key"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _n: Keyring(file=file).keys("a"), range(32)))
    assert len(set(found)) == 1


def test_keys_of_different_purposes_have_nothing_in_common(tmp_path):
    ring = Keyring(texts=["one", "two"])
    assert len({*ring.keys("a"), *ring.keys("b")}) == 4


def test_a_new_key_stands_in_front_and_the_old_ones_stay_until_they_are_forgotten(tmp_path):
    ring = Keyring(file=tmp_path / "secret.key")
    [old] = ring.keys("a")
    assert ring.renew()
    new, still = ring.keys("a")
    assert still == old != new
    ring.forget_old()
    assert ring.keys("a") == Keyring(file=tmp_path / "secret.key").keys("a") == (new,)
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_keys_of_a_setting_are_not_renewed_here():
    assert not Keyring(texts=["one"]).renew()


@pytest.mark.parametrize(("mode", "text", "told"), [(0o644, "k", "run chmod 600"), (0o600, "\n", "is empty")])
def test_a_file_that_others_can_read_or_that_is_empty_is_refused(tmp_path, mode, text, told):
    file = tmp_path / "secret.key"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(InvalidSetting, match=told):
        Keyring(file=file).keys("a")


def test_where_the_keys_are_follows_from_the_settings(tmp_path):
    store = f"sqlite:///{tmp_path}/t.db"
    make_keyring(load({}, store=store)).keys("a")
    assert (tmp_path / "t.db.secret.key").exists()
    given = load({"TICKWORK_SECRET_KEYS": "one, two", "TICKWORK_STORE": store})
    assert make_keyring(given).keys("a") == Keyring(texts=["one", "two"]).keys("a")
    assert "one, two" not in repr(given)
    elsewhere = load({"TICKWORK_SECRET_KEY_FILE": f"{tmp_path}/k"}, store="memory://")
    make_keyring(elsewhere).keys("a")
    assert (tmp_path / "k").exists()
    assert make_keyring(Settings(store="memory://")).keys("a") != make_keyring(Settings(store="memory://")).keys("a")
