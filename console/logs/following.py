"""Parts of the page that follow along while new lines are to come, and rest otherwise."""

from collections.abc import Callable
from functools import wraps

from console.logs.filters import is_followed
from console.parts.guard import live
from console.runtime import run_again


def followed(seconds: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a function such a part, drawn anew after so many seconds."""

    def decorate(draw: Callable[[], None]) -> Callable[[], None]:
        @live(seconds)
        @wraps(draw)
        def part() -> None:
            if not is_followed():
                run_again()  # what is asked for has changed: now this part has to rest
            draw()

        @wraps(draw)
        def drawn() -> None:
            (part if is_followed() else draw)()

        return drawn

    return decorate
