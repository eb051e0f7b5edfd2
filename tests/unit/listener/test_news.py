"""What of a batch may change a player's status."""

from datetime import timedelta

from infoscreen_core.domain.screens.player import ObservedPower
from infoscreen_core.services.monitoring.player_states import MASK, PLACES, SEEN, bit_of, new_row
from infoscreen_core.services.monitoring.reports import PowerReport
from tests.support.people import NOW, uuid_of
from workers.listener.batch import Batch
from workers.listener.memory import PlayerMemory
from workers.listener.news import QUIET, find_news

ONE, TWO = uuid_of(1), uuid_of(2)


def batch(memory: PlayerMemory, seconds: float = 0, **said: object) -> Batch:
    """A batch in which both players were heard, and the first said this."""
    found = Batch([], memory)
    for uuid in (ONE, TWO):
        row = found.states[uuid] = new_row(uuid)
        row[SEEN] = NOW + timedelta(seconds=seconds)
    for name, value in said.items():
        found.states[ONE][PLACES[name]] = value
        found.states[ONE][MASK] |= bit_of(name)
    return found


def hear(memory: PlayerMemory, seconds: float = 0, **said: object) -> frozenset[str]:
    news = find_news(batch(memory, seconds, **said))
    memory.said.update(news.said)
    return news.players


def test_whoever_is_heard_for_the_first_time_is_news() -> None:
    assert hear(PlayerMemory()) == {ONE, TWO}


def test_what_is_repeated_is_none() -> None:
    memory = PlayerMemory()
    hear(memory, process_status="running")
    assert hear(memory, 5, process_status="running") == frozenset()
    assert hear(memory, 10) == frozenset()
    assert hear(memory, 15, process_status="running", cpu_percent=97.0) == frozenset()


def test_another_process_status_or_event_is_news() -> None:
    memory = PlayerMemory()
    hear(memory, process_status="running", current_event_id=1)
    assert hear(memory, 5, process_status="crashed") == {ONE}
    assert hear(memory, 10, current_event_id=2) == {ONE}
    assert hear(memory, 15, expected_event_id=3) == {ONE}
    assert hear(memory, 20, expected_event_id=None) == {ONE}


def test_what_a_tv_does_is_news() -> None:
    memory = PlayerMemory()
    hear(memory)
    found = batch(memory, 5)
    found.powers.append(PowerReport(TWO, ObservedPower.OFF, NOW, None, NOW))
    assert find_news(found).players == {TWO}


def test_a_word_after_a_long_silence_is_news() -> None:
    memory = PlayerMemory()
    hear(memory)
    assert hear(memory, QUIET.total_seconds()) == frozenset()
    assert hear(memory, 2 * QUIET.total_seconds() + 1) == {ONE, TWO}


def test_where_the_grace_period_is_short_so_is_the_silence() -> None:
    memory, grace = PlayerMemory(), timedelta(seconds=20)
    for seconds, expected in ((0, {ONE, TWO}), (20, frozenset()), (41, {ONE, TWO})):
        news = find_news(batch(memory, seconds), grace)
        memory.said.update(news.said)
        assert news.players == expected
