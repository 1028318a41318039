"""The signing key: from a setting, or from a file that is made for its owner alone."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from tickwork.errors import InvalidSetting
from tickwork.signing import SigningKey


def test_the_file_is_made_once_and_for_its_owner_alone(tmp_path):
    file = tmp_path / "deep" / "signing.key"
    key = SigningKey(file=str(file)).value
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SigningKey(file=str(file)).value == key
    assert [one.name for one in file.parent.iterdir()] == ["signing.key"]


def test_those_who_make_it_at_once_agree(tmp_path):
    file = str(tmp_path / "signing.key")
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: SigningKey(file=file).value, range(8)))
    assert len(set(keys)) == 1


def test_a_text_wins_and_no_file_is_made(tmp_path):
    file = tmp_path / "signing.key"
    assert SigningKey(text="a", file=str(file)).value != SigningKey(text="b").value
    assert not file.exists()


def test_a_file_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "signing.key"
    file.write_text("known to many")
    file.chmod(0o644)
    with pytest.raises(InvalidSetting, match=r"can be read by others than its owner \(mode 644\); run chmod 600"):
        _ = SigningKey(file=str(file)).value


def test_an_empty_file_is_no_key(tmp_path):
    file = tmp_path / "signing.key"
    file.touch(0o600)
    with pytest.raises(InvalidSetting, match="is empty"):
        _ = SigningKey(file=str(file)).value


def test_a_file_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "plain").touch()
    with pytest.raises(InvalidSetting, match=r"signing_key_file: .*plain/signing\.key cannot be used: Not a directory"):
        _ = SigningKey(file=str(tmp_path / "plain" / "signing.key")).value
