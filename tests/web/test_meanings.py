"""What pages have words for is what the server tells: each setting, each state and each reason, and no others."""

import re

from tests.web.browser import ROOT
from tickwork.config import public_settings
from tickwork.core.states import Reason, State


def test_the_settings_page_says_what_each_setting_means():
    explained = (ROOT / "web/src/pages/settings/meanings.ts").read_text()
    names = re.findall(r'name: "(\w+)"', explained)
    assert sorted(names) == sorted(one.name for one in public_settings())


def test_each_state_of_a_run_and_each_reason_has_its_words():
    table = (ROOT / "web/src/core/states.ts").read_text()
    states = re.search(r"RUN_STATES = \[(.*?)\]", table, re.DOTALL)
    reasons = re.search(r"REASONS: .*? = \{(.*?)\}", table, re.DOTALL)
    assert states is not None
    assert reasons is not None
    assert re.findall(r'"(\w+)"', states[1]) == list(State)
    assert set(re.findall(r"(\w+):", reasons[1])) == set(Reason)
