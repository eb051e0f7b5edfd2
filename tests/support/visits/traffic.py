"""What a page asks for and is sent, as the browser counts it."""

from typing import Any

from playwright.sync_api import Page

LIBRARIES = ("/static/", "/component/")
"""Folders of the libraries' programs, as against what is ours."""


class Traffic:
    """Counts from now on: requests, what was refused, bytes sent, and what the socket brought."""

    def __init__(self, page: Page) -> None:
        self.urls: list[str] = []
        self.refused: list[str] = []
        self.body_bytes = 0
        self.socket_bytes = 0
        events = page.context.new_cdp_session(page)
        events.on("Network.requestWillBeSent", self._note_request)
        events.on("Network.responseReceived", self._note_response)
        events.on("Network.loadingFinished", self._note_end)
        events.on("Network.webSocketFrameReceived", self._note_frame)
        events.send("Network.enable")

    @property
    def own_urls(self) -> list[str]:
        """What was asked for beside the libraries' programs."""
        return [url for url in self.urls if not any(folder in url for folder in LIBRARIES)]

    def _note_request(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.urls.append(event["request"]["url"])

    def _note_response(self, event: dict[str, Any]) -> None:
        if event["response"]["status"] >= 400:
            self.refused.append(event["response"]["url"])

    def _note_end(self, event: dict[str, Any]) -> None:
        self.body_bytes += int(event["encodedDataLength"])

    def _note_frame(self, event: dict[str, Any]) -> None:
        is_binary = event["response"]["opcode"] == 2  # and comes in base64
        length = len(event["response"]["payloadData"])
        self.socket_bytes += length * 3 // 4 if is_binary else length
