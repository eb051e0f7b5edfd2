"""One browser for the tests of a file, and a picture of what it showed when one failed."""

from collections.abc import Generator, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from tests.support.browser import chromium, keep_screenshot


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    pages = getattr(item, "funcargs", {}) if report.failed else {}
    for name, page in pages.items():
        if isinstance(page, Page):
            with suppress(BrowserError):  # it may be closed, or hang
                keep_screenshot(page, f"failed-{item.name}-{name}")
    return report
