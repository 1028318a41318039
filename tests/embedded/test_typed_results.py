"""Results of every type on their whole way: from a job's process through the store to who asked for them."""

import pytest

from tests.embedded import typed_app
from tickwork import RunFailed, Tickwork
from tickwork.errors import PickleRefused

PATIENCE = 60.0


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('typed')}/t.db"


@pytest.fixture(scope="module")
def key_file(url):
    """Of the worker and of who asks it."""
    return url.removeprefix("sqlite:///").removesuffix("t.db") + "signing.key"


@pytest.fixture(scope="module")
def tw(url, key_file):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TICKWORK_SIGNING_KEY_FILE", key_file)
        with Tickwork(url, jobs=typed_app, workers=2, grace=0.1) as tw:
            yield tw


@pytest.mark.usefixtures("tw")
def test_json_types_come_back_as_annotated():
    assert typed_app.order.run() == typed_app.order()
    assert typed_app.customer.run(name="Ada") == typed_app.customer("Ada")


@pytest.mark.usefixtures("tw")
def test_a_result_without_a_form_fails_the_run_and_names_its_type():
    with pytest.raises(RunFailed, match=r"TextIOWrapper\) cannot be written as JSON") as caught:
        typed_app.opens.submit().result(PATIENCE)
    assert caught.value.reason == "result"


@pytest.mark.usefixtures("tw")
def test_an_exception_that_cannot_be_told_is_described():
    with pytest.raises(RunFailed) as caught:
        typed_app.raises_the_unspeakable.submit().result(PATIENCE)
    assert caught.value.reason == "exception"
    assert "typed_app.Mute: <exception str() failed>" in caught.value.error


@pytest.mark.usefixtures("tw")
@pytest.mark.parametrize("job", [typed_app.makes, typed_app.makes_in_a_thread])
def test_a_pickled_result_comes_back_as_it_was(job):
    assert job.submit().result(PATIENCE) == job()


@pytest.mark.usefixtures("tw")
def test_a_coroutine_s_pickled_result_comes_back_too():
    assert typed_app.makes_in_a_coroutine.submit().result(PATIENCE) == (3, 4)


@pytest.mark.usefixtures("tw")
def test_what_cannot_even_be_pickled_fails_the_run_and_names_its_type():
    with pytest.raises(RunFailed, match=r"BufferedReader\) cannot be written as a pickle") as caught:
        typed_app.refuses.submit().result(PATIENCE)
    assert caught.value.reason == "result"


@pytest.mark.usefixtures("tw")
def test_a_pickled_result_is_passed_on_to_who_opted_in_only():
    typed_app.makes.run()
    assert typed_app.takes.submit().result(PATIENCE) == ["'noon'", "(1+2j)"]
    with pytest.raises(RunFailed, match="the result of makes is pickled; takes_without_asking takes it only with"):
        typed_app.takes_without_asking.submit().result(PATIENCE)


def test_who_did_not_submit_the_function_gets_no_pickle(tw):
    with pytest.raises(PickleRefused, match="only unpickled for who submits the decorated function"):
        tw.submit("makes").result(PATIENCE)


@pytest.mark.usefixtures("tw")
def test_a_result_that_was_signed_with_another_key_is_refused(url, monkeypatch):
    monkeypatch.setenv("TICKWORK_SIGNING_KEY", "another than the worker's")
    with Tickwork(url, serve=False) as other:
        run = other.submit(typed_app.makes)
        with pytest.raises(PickleRefused, match="not signed with the key that is in use here"):
            run.result(PATIENCE)
