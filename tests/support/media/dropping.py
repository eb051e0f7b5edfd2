"""Files dropped onto a page, and a network that is slow or away."""

from base64 import b64encode
from collections.abc import Mapping

from playwright.sync_api import CDPSession, Page

_DROP = """([selector, files]) => {
    const data = new DataTransfer();
    for (const [name, text] of files) {
        const bytes = Uint8Array.from(atob(text), one => one.charCodeAt(0));
        data.items.add(new File([bytes], name));
    }
    const target = document.querySelector(selector);
    for (const kind of ["dragenter", "dragover", "drop"]) {
        const values = {bubbles: true, cancelable: true, dataTransfer: data};
        target.dispatchEvent(new DragEvent(kind, values));
    }
}"""


def drop(page: Page, files: Mapping[str, bytes], *, onto: str = ".is-uploads .is-zone") -> None:
    """Drop files, by their names, onto the first such part of the page."""
    page.locator(onto).first.wait_for()
    texts = [(name, b64encode(data).decode()) for name, data in files.items()]
    page.evaluate(_DROP, [onto, texts])


class Network:
    """The network of one page."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("Network.enable")

    def be_slow(self, bytes_per_second: int) -> None:
        self._emulate(is_offline=False, bytes_per_second=bytes_per_second)

    def be_away(self) -> None:
        self._emulate(is_offline=True, bytes_per_second=-1)

    def be_well(self) -> None:
        self._emulate(is_offline=False, bytes_per_second=-1)

    def _emulate(self, *, is_offline: bool, bytes_per_second: int) -> None:
        self._session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": is_offline,
                "latency": 0,
                "downloadThroughput": -1,
                "uploadThroughput": bytes_per_second,
            },
        )
