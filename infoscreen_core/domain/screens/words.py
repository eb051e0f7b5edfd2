"""What a player reports and shows, in words that sentences use."""

from collections.abc import Mapping
from typing import Final

from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.text.wording import Sentence

PROCESS_WORDS: Final[Mapping[ProcessStatus, Sentence]] = {
    ProcessStatus.RUNNING: Sentence("running"),
    ProcessStatus.CRASHED: Sentence("crashed"),
    ProcessStatus.STARTING: Sentence("starting"),
    ProcessStatus.STOPPED: Sentence("stopped"),
}
SCREEN_HEALTH_WORDS: Final[Mapping[ScreenHealth, Sentence]] = {
    ScreenHealth.OK: Sentence("in order"),
    ScreenHealth.BLACK: Sentence("black"),
    ScreenHealth.FROZEN: Sentence("frozen"),
    ScreenHealth.UNKNOWN: Sentence("no picture yet"),
}
