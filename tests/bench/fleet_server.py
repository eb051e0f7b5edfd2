"""Runs of the console's script as its server makes them, in place of what AppTest does."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import ElementTree, parse_tree_from_messages

from tests.support import console as console_support


def set_options() -> None:
    """Let Streamlit be as it is in the console."""
    written = Path(console_support.MAIN).with_name(".streamlit") / "config.toml"
    told = tomllib.loads(written.read_text())
    for section in ("global", "browser", "client", "runner"):
        for name, value in told[section].items():
            config.set_option(f"{section}.{name}", value)


class Server:
    """What Streamlit's server does around a run, in place of what AppTest does for its tests.

    It keeps the compiled script, and writes messages for a browser; AppTest compiles anew, and
    makes of the messages what a browser does.
    """

    def __init__(self) -> None:
        self._scripts = ScriptCache()
        self._sent: list[ForwardMsg] = []

    def scripts(self) -> ScriptCache:
        """Return the compiled scripts."""
        return self._scripts

    def send(self, messages: list[ForwardMsg]) -> ElementTree:
        """Write the messages as they go to a browser; what it makes of them comes later."""
        for message in messages:
            message.SerializeToString()
        self._sent = messages
        return ElementTree()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Let a page be run as the server runs it; then call `show`."""
        with (
            patch.object(local_script_runner, "ScriptCache", self.scripts),
            patch.object(local_script_runner, "parse_tree_from_messages", self.send),
        ):
            yield

    def show(self, app: AppTest) -> None:
        """Let the browser make of the messages what it shows, and say of its controls next time."""
        app._tree = parse_tree_from_messages(self._sent)  # noqa: SLF001 - AppTest does it within a run
        app._tree._runner = app  # noqa: SLF001 - as above
