"""Stand in for the parts of the library that only a browser can run: the board and the uploads."""

from collections.abc import Mapping
from typing import Any


class FakeBoard:
    """Remembers what boards show, and tells, once, what a test says a person did on one."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self._told: dict[str, Any] = {}

    def __call__(self, data: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
        assert key
        self.data = dict(data)
        told, self._told = self._told, {}
        return told

    @property
    def html(self) -> str:
        return str(self.data.get("html", ""))

    def press_file(self, media_id: int) -> None:
        assert f'data-open="{media_id}"' in self.html
        self._told = {"pressed": {"open": media_id}}

    def press_folder(self, folder_id: int) -> None:
        assert f'data-folder="{folder_id}"' in self.html
        self._told = {"pressed": {"folder": folder_id}}

    def tick(self, *media_ids: int) -> None:
        assert all(f'data-pick="{one}"' in self.html for one in media_ids)
        self._told = {
            "ticked": {
                "turn": self.data["turn"],
                "ids": list(media_ids),
                "count": self.data["heard"] + 1,
            }
        }


class FakeUploads:
    """Remembers where files would go, and tells what a test says has arrived."""

    def __init__(self) -> None:
        self.data: dict[str, dict[str, Any]] = {}
        self.arrived: list[int] = []

    def __call__(self, data: Mapping[str, Any], *, key: str) -> list[int]:
        self.data[key] = dict(data)
        return self.arrived
