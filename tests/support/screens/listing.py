"""Lists of `console/parts/own/listing.py` without a browser: their lines, ticked and pressed.

Streamlit's AppTest runs such a part as the server does. What a browser would send stands here.
"""

import json
from typing import Any, Final

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Html, Node, UnknownElement

LIST: Final = "bidi_component"
"""What Streamlit calls a part that a script of ours draws."""
_EVENTS: Final = "$$STREAMLIT_INTERNAL_KEY_{id}__events"
"""The name under which Streamlit hears of what is pressed in such a part."""


def lists_of(app: AppTest) -> dict[str, dict[str, Any]]:
    """What the page shows in each of its lists, by key."""
    shown = [json.loads(part.proto.json) for part in _parts(app)]
    return {data["list"]: data for data in shown if "list" in data}


def body_of(node: Node) -> str:
    """The HTML of such a part, or of an element that is nothing else."""
    if isinstance(node, UnknownElement):
        return str(json.loads(node.proto.json).get("html", ""))
    assert isinstance(node, Html)
    return str(node.body)


def is_ticked(app: AppTest, line: str) -> bool:
    """Whether the box of a line is ticked."""
    return line in _list_with(app, line)["ticked"]


def tick(app: AppTest, *lines: str, is_on: bool = True) -> AppTest:
    """Tick or untick lines of one list, and let the page hear of all of them at once."""
    data = _list_with(app, *lines)
    assert all('data-tick="one"' in data["html"].split(f'data-line="{line}"')[1] for line in lines)
    numbers = range(data["heard"] + 1, data["heard"] + 1 + len(lines))
    ticks = [[number, line, is_on] for number, line in zip(numbers, lines, strict=True)]
    return tell(app, data["list"], ticks)


def tell(app: AppTest, key: str, ticks: list[list[Any]]) -> AppTest:
    """Send ticks as they are: number, line, whether it is ticked."""
    value = WidgetState(id=_id_of(app, key), json_value=json.dumps({"ticked": ticks}))
    return _run(app, value)


def press(app: AppTest, deed: str, line: str) -> AppTest:
    """Press a button of a line."""
    data = _list_with(app, line, deed=deed)
    pressed = [{"event": "pressed", "value": {"deed": deed, "line": line}}]
    name = _EVENTS.format(id=_id_of(app, data["list"]))
    return _run(app, WidgetState(id=name, json_trigger_value=json.dumps(pressed)))


def _list_with(app: AppTest, *lines: str, deed: str = "") -> dict[str, Any]:
    """Return the only list that has these lines, each with such a button that can be pressed."""
    [data] = [
        data
        for data in lists_of(app).values()
        if all(_can_be_pressed(data["html"], line, deed) for line in lines)
    ]
    return data


def _can_be_pressed(html: str, line: str, deed: str) -> bool:
    _before, is_there, rest = html.partition(f'data-line="{line}"')
    button = f'data-deed="{deed}"'
    own = rest.partition("data-line=")[0]
    return bool(is_there) and (not deed or (button in own and f"{button} disabled" not in own))


def _id_of(app: AppTest, key: str) -> str:
    [found] = [part.proto.id for part in _parts(app) if part.key == key]
    return str(found)


def _parts(app: AppTest) -> list[UnknownElement]:
    return [part for part in app.get(LIST) if isinstance(part, UnknownElement)]


def _run(app: AppTest, told: WidgetState) -> AppTest:
    """Run the page with what a browser tells besides what all other widgets say."""
    states = app._tree.get_widget_states()  # noqa: SLF001 - AppTest knows no way for such a part
    states.widgets.append(told)
    return app._run(states)  # noqa: SLF001 - the same
