from itertools import count

import pytest

from workers.scheduler.board import CLEARED, NOTHING_PLAYS, UNCONFIRMED_SECONDS, Board

SHOW = b'[{"id":1}]'
ONE, TWO, OLD, STRAY = (f"infoscreen/events/{number}" for number in (1, 2, 8, 9))


class Wire:
    """Takes what the board sends."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.tokens = count(1)
        self.last_token = 0

    def send(self, topic: str, payload: bytes) -> int:
        self.sent.append((topic, payload))
        self.last_token = next(self.tokens)
        return self.last_token

    def take(self) -> list[tuple[str, bytes]]:
        taken, self.sent = self.sent, []
        return taken


@pytest.fixture
def wire() -> Wire:
    return Wire()


def settled(wire: Wire, lists: dict[str, bytes]) -> Board:
    """A board whose lists are all with the broker."""
    board = Board(NOTHING_PLAYS)
    board.set_wanted(lists)
    board.flush(wire.send, 0.0)
    for token in range(1, wire.last_token + 1):
        board.note_confirmed(token)
    wire.take()
    return board


def test_a_list_is_sent_once(wire: Wire) -> None:
    board = Board(NOTHING_PLAYS)
    board.set_wanted({ONE: SHOW, TWO: NOTHING_PLAYS})
    assert board.flush(wire.send, 0.0) == [ONE, TWO]
    assert board.flush(wire.send, 0.1) == []
    assert wire.take() == [(ONE, SHOW), (TWO, NOTHING_PLAYS)]
    assert (board.size, board.unconfirmed) == (2, 2)


def test_only_what_changed_is_sent_again(wire: Wire) -> None:
    board = settled(wire, {ONE: SHOW, TWO: SHOW})
    board.set_wanted({ONE: SHOW, TWO: NOTHING_PLAYS})
    board.flush(wire.send, 1.0)
    assert wire.take() == [(TWO, NOTHING_PLAYS)]


def test_a_change_does_not_wait_for_the_confirmation_of_the_one_before(wire: Wire) -> None:
    board = Board(NOTHING_PLAYS)
    for payload in (SHOW, NOTHING_PLAYS):
        board.set_wanted({ONE: payload})
        board.flush(wire.send, 0.0)
    board.note_confirmed(1)
    assert board.unconfirmed == 1
    assert wire.take() == [(ONE, SHOW), (ONE, NOTHING_PLAYS)]


def test_what_is_never_confirmed_is_sent_again(wire: Wire) -> None:
    board = Board(NOTHING_PLAYS)
    board.set_wanted({ONE: SHOW})
    board.flush(wire.send, 0.0)
    assert board.flush(wire.send, UNCONFIRMED_SECONDS - 0.1) == []
    assert board.flush(wire.send, UNCONFIRMED_SECONDS + 0.1) == [ONE]


def test_everything_is_sent_on_a_new_connection(wire: Wire) -> None:
    board = settled(wire, {ONE: SHOW, TWO: NOTHING_PLAYS})
    board.forget_sent()
    assert board.flush(wire.send, 1.0) == [ONE, TWO]


def test_a_deleted_group_is_emptied_once_and_forgotten(wire: Wire) -> None:
    board = settled(wire, {ONE: SHOW})
    board.set_wanted({})
    board.flush(wire.send, 1.0)
    assert wire.take() == [(ONE, NOTHING_PLAYS)]
    board.note_confirmed(wire.last_token)
    board.forget_sent()
    assert board.flush(wire.send, 2.0) == []
    assert board.size == 0


def test_our_own_echo_changes_nothing(wire: Wire) -> None:
    board = settled(wire, {ONE: SHOW})
    board.note_seen(ONE, SHOW, 1.0)
    assert board.flush(wire.send, 100.0) == []


@pytest.mark.parametrize("foreign", [b"", b"[]", b"nonsense"])
def test_a_foreign_or_lost_list_is_put_right_after_a_moment(wire: Wire, foreign: bytes) -> None:
    board = settled(wire, {ONE: SHOW})
    board.note_seen(ONE, foreign, 10.0)
    assert board.flush(wire.send, 10.1) == []
    assert board.flush(wire.send, 11.0) == [ONE]
    assert board.flush(wire.send, 12.0) == []


def test_a_late_echo_of_an_older_list_is_no_loss(wire: Wire) -> None:
    board = settled(wire, {ONE: SHOW})
    board.set_wanted({ONE: NOTHING_PLAYS})
    board.flush(wire.send, 1.0)
    board.note_confirmed(wire.last_token)
    board.note_seen(ONE, SHOW, 1.01)
    board.note_seen(ONE, NOTHING_PLAYS, 1.02)
    assert board.flush(wire.send, 100.0) == []


def test_a_list_of_an_unknown_group_is_emptied(wire: Wire) -> None:
    board = settled(wire, {ONE: SHOW})
    board.note_seen(STRAY, SHOW, 1.0)
    board.note_seen(OLD, NOTHING_PLAYS, 1.0)
    assert board.flush(wire.send, 1.0) == [STRAY]
    assert board.size == 1


def test_a_connection_that_breaks_in_the_middle_leaves_the_rest_to_send(wire: Wire) -> None:
    board = Board(NOTHING_PLAYS)
    board.set_wanted({ONE: SHOW, TWO: SHOW})

    def send(topic: str, payload: bytes) -> int:
        if topic == TWO:
            raise ConnectionError
        return wire.send(topic, payload)

    with pytest.raises(ConnectionError):
        board.flush(send, 0.0)
    assert board.flush(wire.send, 1.0) == [TWO]


def test_what_is_empty_already_is_forgotten_without_another_word(wire: Wire) -> None:
    board = settled(wire, {ONE: NOTHING_PLAYS})
    board.set_wanted({})
    assert board.flush(wire.send, 1.0) == []
    assert board.size == 0


def test_what_is_cleared_on_purpose_is_confirmed_once_the_broker_confirmed_it(wire: Wire) -> None:
    board = Board(CLEARED)
    board.set_wanted({ONE: CLEARED})
    assert not board.is_confirmed(ONE)
    board.flush(wire.send, 0.0)
    assert not board.is_confirmed(ONE)
    board.note_confirmed(wire.last_token)
    assert board.is_confirmed(ONE)


def test_a_foreign_list_is_emptied_also_when_its_group_goes_at_that_moment(wire: Wire) -> None:
    board = settled(wire, {ONE: NOTHING_PLAYS})
    board.note_seen(ONE, SHOW, 10.0)
    board.set_wanted({})
    assert board.flush(wire.send, 11.0) == [ONE]
