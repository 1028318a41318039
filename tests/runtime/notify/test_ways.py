"""Mail through a real SMTP server, webhooks whose signature verifies, programs."""

import base64
import hashlib
import hmac
import json
import sys
import threading

import pytest

from tests.house import House, job
from tests.runtime.notify.conftest import Noticing
from tests.runtime.notify.receivers import http_server, mail_server
from tickwork.config import Settings
from tickwork.core.channels import Apprise, Channel, Mail, Program, Webhook
from tickwork.core.model import Scope
from tickwork.core.rules import Rule
from tickwork.core.states import Reason, State
from tickwork.keyring import Keyring
from tickwork.operations import Operations
from tickwork.runtime.notify.failing import NeverDelivered, NotDelivered
from tickwork.runtime.notify.sender import Sender
from tickwork.runtime.notify.ways import Ways
from tickwork.runtime.notify.webhooks import signature
from tickwork.runtime.notify.wording import test_message as message_of_test

KEYRING = Keyring()


def ways(house: House, **settings) -> Ways:
    return Ways(settings=Settings(store="memory://", **settings), keyring=KEYRING, clock=house.clock, host="here")


async def channel(house: House, way, **more) -> tuple[Channel, str | None]:
    ops = Operations(
        store=house.store, clock=house.clock, ids=house.ids, actor=house.ops.jobs._context.actor, keyring=KEYRING
    )
    secret = await ops.notify.put_channel(Channel(name="ops", way=way), **more)
    return await ops.notify.get_channel("ops"), secret


async def test_a_failing_job_mails_through_an_smtp_server_and_posts_a_webhook_whose_signature_verifies(
    noticing: Noticing,
):
    house = noticing.house
    with http_server() as posts:
        async with mail_server() as mails:
            _, secret = await channel(house, Webhook(url=f"http://127.0.0.1:{posts.port}/hook?key=1", sealed=""))
            await house.ops.notify.add_rule(Scope.INSTANCE, "", Rule(channels=("ops",)))
            await house.ops.jobs.apply("board", [job(mailto="ops@example.com")])
            sender = Sender(
                store=house.store,
                clock=house.clock,
                telemetry=house.telemetry,
                ways=ways(
                    house, smtp_host="127.0.0.1", smtp_port=mails.port, smtp_tls="auto", notify_allow="127.0.0.1"
                ),
                who="a",
                public_url="",
            )
            await noticing.end_runs("backup", State.FAILED, Reason.EXIT)
            await sender.send()
    [mail] = mails.taken
    assert (mail["to"], mail["subject"]) == ("ops@example.com", "[tickwork] backup failed")
    assert "the program ended with an exit code other than 0" in mail.get_content()
    [(headers, body)] = posts.taken
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    said = json.loads(body)
    assert (said["type"], said["data"]["job"]) == ("failed", "backup")


def test_a_signature_is_that_of_the_standards_own_example():
    body = b'{"test": 2432232314}'
    assert (
        signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp=1614265330,
            body=body,
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


async def test_a_webhook_goes_to_no_private_address_and_follows_no_redirect(house: House):
    with http_server() as posts:
        hook, _ = await channel(house, Webhook(url=f"http://127.0.0.1:{posts.port}/", sealed=""))
        message = message_of_test(hook, now=house.clock.now(), url="")
        with pytest.raises(NotDelivered, match="only if the setting notify_allow says so"):
            await ways(house).send(hook, message)
        assert posts.taken == []
        posts.status, posts.location = 307, f"http://127.0.0.1:{posts.port}/elsewhere"
        with pytest.raises(NotDelivered, match="answered 307"):
            await ways(house, notify_allow="127.0.0.1").send(hook, message)
        assert len(posts.taken) == 1


async def test_a_mail_server_that_is_not_there_is_named_and_one_that_was_never_set_up_drops_the_mail(house: House):
    mail, _ = await channel(house, Mail(to=("ops@example.com",)))
    message = message_of_test(mail, now=house.clock.now(), url="")
    async with mail_server() as mails:
        port = mails.port
    with pytest.raises(NotDelivered, match=r"127\.0\.0\.1: "):
        await ways(house, smtp_host="127.0.0.1", smtp_port=port).send(mail, message)
    with pytest.raises(NeverDelivered, match="smtp_host is empty"):
        await ways(house).send(mail, message)


async def test_mail_does_not_cross_in_the_open_where_starttls_is_required(house: House):
    mail, _ = await channel(house, Mail(to=("ops@example.com",)))
    async with mail_server() as mails:
        with pytest.raises(NotDelivered):
            await ways(house, smtp_host="127.0.0.1", smtp_port=mails.port).send(
                mail, message_of_test(mail, now=house.clock.now(), url="")
            )
        assert mails.taken == []


async def test_a_program_gets_the_message_as_json_and_its_failure_is_told(house: House, tmp_path):
    copy = f"import sys; open({str(tmp_path / 'said')!r}, 'w').write(sys.stdin.read())"
    program, _ = await channel(house, Program(argv=(sys.executable, "-c", copy)))
    message = message_of_test(program, now=house.clock.now(), url="")
    await ways(house).send(program, message)
    assert json.loads((tmp_path / "said").read_text())["type"] == "test"
    failing, _ = await channel(house, Program(argv=(sys.executable, "-c", "import sys; sys.exit('no pager')")))
    with pytest.raises(NotDelivered, match="ended with 1: no pager"):
        await ways(house).send(failing, message)
    missing, _ = await channel(house, Program(argv=("/nonexistent/pager",)))
    with pytest.raises(NotDelivered, match="No such file"):
        await ways(house).send(missing, message)
    with pytest.raises(NeverDelivered, match="notify_commands"):
        await ways(house, notify_commands=False).send(program, message)


OLD_MODULES = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
"""What apprise imports."""


@OLD_MODULES
async def test_a_service_of_apprise_gets_the_message_and_what_it_refuses_is_tried_again(house: House):
    with http_server() as posts:
        service, _ = await channel(house, Apprise(sealed=""), secret=f"json://127.0.0.1:{posts.port}/told")
        message = message_of_test(service, now=house.clock.now(), url="")
        await ways(house).send(service, message)
        posts.status = 503
        with pytest.raises(NotDelivered, match="did not take it"):
            await ways(house).send(service, message)
    said = json.loads(posts.taken[0][1])
    assert (said["title"], said["message"]) == (message.subject, message.text.strip())


@OLD_MODULES
async def test_a_service_of_apprise_that_does_not_end_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch):
    import apprise

    released = threading.Event()
    monkeypatch.setattr(apprise.Apprise, "notify", lambda *_, **__: released.wait(10))
    monkeypatch.setattr("tickwork.runtime.notify.ways.PATIENCE", 0.05)
    service, _ = await channel(house, Apprise(sealed=""), secret="json://127.0.0.1/told")
    with pytest.raises(NotDelivered, match="took longer than"):
        await ways(house).send(service, message_of_test(service, now=house.clock.now(), url=""))
    released.set()


@OLD_MODULES
async def test_whatever_a_service_of_apprise_raises_is_a_reason_to_try_again(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    import apprise

    def broken(*_words, **_more) -> bool:
        raise KeyError("token")

    monkeypatch.setattr(apprise.Apprise, "notify", broken)
    service, _ = await channel(house, Apprise(sealed=""), secret="json://127.0.0.1/told")
    with pytest.raises(NotDelivered, match="KeyError: 'token'"):
        await ways(house).send(service, message_of_test(service, now=house.clock.now(), url=""))


@OLD_MODULES
async def test_what_apprise_does_not_know_and_that_it_is_not_installed_are_told(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    odd, _ = await channel(house, Apprise(sealed=""), secret="nobody-has-this://there")
    message = message_of_test(odd, now=house.clock.now(), url="")
    with pytest.raises(NotDelivered, match="does not know this kind of URL"):
        await ways(house).send(odd, message)
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(NotDelivered, match=r"pip install 'tickwork\[notify\]'"):
        await ways(house).send(odd, message)
