"""The settings page explains each setting that the server shows, and none that it does not know."""

import re

from tests.web.browser import ROOT
from tickwork.config import public_settings


def test_the_settings_page_says_what_each_setting_means():
    explained = (ROOT / "web/src/pages/settings/meanings.ts").read_text()
    names = re.findall(r'name: "(\w+)"', explained)
    assert sorted(names) == sorted(one.name for one in public_settings())
