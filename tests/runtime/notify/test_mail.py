"""Mail, through a real SMTP server: encrypted for whom it should reach, in storms, and past the death of both ends."""

import re
import ssl
from pathlib import Path

import pytest

from tests.house import House, drain, job
from tests.runtime.notify.conftest import Noticing
from tests.runtime.notify.receivers import Mails, mail_server
from tests.services.tls import certify
from tickwork.config import Settings
from tickwork.core.channels import Channel, Mail
from tickwork.core.model import Overlap, Scope
from tickwork.core.rules import Rule
from tickwork.core.states import Reason, State
from tickwork.errors import InvalidDefinition
from tickwork.keyring import Keyring
from tickwork.operations.notify.outgoing import Outgoing
from tickwork.runtime.notify.failing import NotDelivered
from tickwork.runtime.notify.sender import Sender
from tickwork.runtime.notify.ways import Ways
from tickwork.runtime.notify.wording import test_message as message_of_test

OPS = Channel(name="ops", way=Mail(to=("ops@example.com",)))


def ways(house: House, port: int, **settings) -> Ways:
    said = Settings(store="memory://", smtp_host="127.0.0.1", smtp_port=port, **settings)
    return Ways(settings=said, keyring=Keyring(), clock=house.clock, host="here")


def sender(house: House, port: int, *, who: str = "a", **settings) -> Sender:
    through = ways(house, port, **{"smtp_tls": "no", **settings})
    return Sender(store=house.store, clock=house.clock, telemetry=house.telemetry, ways=through, who=who, public_url="")


# -- encrypted ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority of the test's own, and what it signed for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    certify(folder, "127.0.0.1")
    return folder


@pytest.fixture(scope="module")
def shown(authority: Path) -> ssl.SSLContext:
    """What the mail server shows."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority / "cert.pem", authority / "key.pem")
    return context


@pytest.mark.parametrize("way", ["starttls", "tls"])
async def test_mail_crosses_encrypted_to_a_server_that_its_authority_vouches_for(
    way: str, house: House, shown, authority
):
    ca = str(authority / "ca.pem")
    message = message_of_test(OPS, now=house.clock.now(), url="")
    async with mail_server(**{way: shown}) as mails:
        await ways(house, mails.port, smtp_tls=way, smtp_ca=ca).send(OPS, message)
        [mail] = mails.taken
        assert mail["subject"] == "[tickwork] test of channel ops"


@pytest.mark.parametrize("way", ["starttls", "tls", "auto"])
async def test_a_mail_server_that_nobody_vouches_for_gets_no_mail(way: str, house: House, shown):
    message = message_of_test(OPS, now=house.clock.now(), url="")
    async with mail_server(**{"tls" if way == "tls" else "starttls": shown}) as mails:
        with pytest.raises(NotDelivered, match=r"(?i)certificate"):
            await ways(house, mails.port, smtp_tls=way).send(OPS, message)
        assert mails.taken == []


async def test_a_mail_server_whose_certificate_is_for_another_name_gets_no_mail(house: House, shown, authority):
    ca = str(authority / "ca.pem")
    async with mail_server(starttls=shown) as mails:
        settings = Settings(store="memory://", smtp_host="localhost", smtp_port=mails.port, smtp_ca=ca)
        elsewhere = Ways(settings=settings, keyring=Keyring(), clock=house.clock, host="here")
        with pytest.raises(NotDelivered, match=r"(?i)certificate|mismatch"):
            await elsewhere.send(OPS, message_of_test(OPS, now=house.clock.now(), url=""))
        assert mails.taken == []


async def test_a_password_is_shown_under_tls_only(house: House, shown, authority):
    known = {"smtp_user": "tickwork", "smtp_password": "secret", "smtp_ca": str(authority / "ca.pem")}
    message = message_of_test(OPS, now=house.clock.now(), url="")
    async with mail_server(starttls=shown, user="tickwork") as mails:
        await ways(house, mails.port, **known).send(OPS, message)
        assert len(mails.taken) == 1
        with pytest.raises(NotDelivered, match="535"):
            await ways(house, mails.port, **{**known, "smtp_password": "wrong"}).send(OPS, message)
    async with mail_server() as mails:  # one that offers no encryption
        with pytest.raises(NotDelivered):
            await ways(house, mails.port, smtp_tls="auto", **known).send(OPS, message)
        assert mails.taken == []


async def test_certificates_that_cannot_be_read_are_named(house: House, tmp_path: Path):
    with pytest.raises(NotDelivered, match=r"smtp_ca: .*none\.pem"):
        await ways(house, 1, smtp_ca=str(tmp_path / "none.pem")).send(
            OPS, message_of_test(OPS, now=house.clock.now(), url="")
        )


# -- storms, and deaths -------------------------------------------------------------------------------------


async def told_of_everything(house: House) -> None:
    await house.ops.notify.put_channel(OPS)
    await house.ops.notify.add_rule(Scope.INSTANCE, "", Rule(channels=("ops",)))
    await house.ops.jobs.apply("board", [job(overlap=Overlap.ALLOW)])


def counted(mails: Mails) -> int:
    """The notices that mails tell of, singly and in digests."""
    digests = [re.search(r"(\d+) notices", mail["subject"]) for mail in mails.taken]
    return sum(1 if digest is None else int(digest[1]) for digest in digests)


async def test_a_thousand_failures_in_a_minute_are_five_mails_and_a_digest(noticing: Noticing):
    house = noticing.house
    await told_of_everything(house)
    async with mail_server() as mails:
        through = sender(house, mails.port)
        for _ in range(10):
            await fail(house, 100)
            house.clock.advance(5)
            await through.send()
        assert [mail["subject"] for mail in mails.taken] == ["[tickwork] backup failed"] * 5
        house.clock.advance(60)
        await through.send()
        house.clock.advance(600)
        await through.send()
    assert [mail["subject"] for mail in mails.taken[5:]] == ["[tickwork] 995 notices"]
    assert "995 × backup failed" in mails.taken[-1].get_content()


async def fail(house: House, n: int) -> None:
    """So many runs fail, and what follows from that is followed up."""
    session = await house.session()
    for _ in range(n):
        await house.ops.runs.run("backup")
    for claim in await house.claim(session, n=n):
        await house.start(claim)
        await house.finish(claim, State.FAILED, Reason.EXIT)
    await drain(house.promoter())


async def test_neither_a_dead_mail_server_nor_a_dead_server_of_ours_loses_a_notice(noticing: Noticing):
    house = noticing.house
    await told_of_everything(house)
    async with mail_server() as before:
        await fail(house, 2)
        await sender(house, before.port).send()
    assert counted(before) == 2
    await fail(house, 7)
    for tries in range(6):  # half an hour without a mail server, and each time another server of ours
        house.clock.advance(300)
        await sender(house, before.port, who=f"{tries}").send()
    [view] = await house.ops.notify.channels()
    assert (view.waiting, view.failures > 3, "127.0.0.1" in (view.error or "")) == (7, True, True)
    async with mail_server(port=before.port) as after:
        for _ in range(3):
            house.clock.advance(900)
            await sender(house, after.port, who="z").send()
    assert counted(after) == 7
    assert await Outgoing(store=house.store, clock=house.clock).channels() == []


@pytest.mark.parametrize("address", ["", "ann@b.c\r\nBcc: eve@b.c", "Ann <ann@b.c>", "ann@b.c, bob@b.c"])
async def test_what_is_no_address_is_refused_before_it_is_kept(house: House, address: str):
    with pytest.raises(InvalidDefinition, match="is no address"):
        await house.ops.notify.put_channel(Channel(name="ops", way=Mail(to=("bob@b.c", address))))
    with pytest.raises(InvalidDefinition, match="there is no channel"):
        await house.ops.notify.set_rules(Scope.INSTANCE, "", (Rule(channels=(f"mail:{address}",)),))
