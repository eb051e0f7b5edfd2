from itertools import count

import pytest

from workers.scheduling_board import NOTHING_PLAYS, UNCONFIRMED_SECONDS, Board

SHOW = b'[{"id":1}]'


class Wire:
    """Takes what the board sends."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, bytes]] = []
        self.tokens = count(1)
        self.last_token = 0

    def send(self, group_id: int, payload: bytes) -> int:
        self.sent.append((group_id, payload))
        self.last_token = next(self.tokens)
        return self.last_token

    def take(self) -> list[tuple[int, bytes]]:
        taken, self.sent = self.sent, []
        return taken


@pytest.fixture
def wire() -> Wire:
    return Wire()


def settled(wire: Wire, lists: dict[int, bytes]) -> Board:
    """A board whose lists are all with the broker."""
    board = Board()
    board.set_wanted(lists)
    board.flush(wire.send, 0.0)
    for token in range(1, wire.last_token + 1):
        board.note_confirmed(token)
    wire.take()
    return board


def test_a_list_is_sent_once(wire: Wire) -> None:
    board = Board()
    board.set_wanted({1: SHOW, 2: NOTHING_PLAYS})
    assert board.flush(wire.send, 0.0) == [1, 2]
    assert board.flush(wire.send, 0.1) == []
    assert wire.take() == [(1, SHOW), (2, NOTHING_PLAYS)]
    assert (board.groups, board.unconfirmed) == (2, 2)


def test_only_what_changed_is_sent_again(wire: Wire) -> None:
    board = settled(wire, {1: SHOW, 2: SHOW})
    board.set_wanted({1: SHOW, 2: NOTHING_PLAYS})
    board.flush(wire.send, 1.0)
    assert wire.take() == [(2, NOTHING_PLAYS)]


def test_a_change_does_not_wait_for_the_confirmation_of_the_one_before(wire: Wire) -> None:
    board = Board()
    for payload in (SHOW, NOTHING_PLAYS):
        board.set_wanted({1: payload})
        board.flush(wire.send, 0.0)
    board.note_confirmed(1)
    assert board.unconfirmed == 1
    assert wire.take() == [(1, SHOW), (1, NOTHING_PLAYS)]


def test_what_is_never_confirmed_is_sent_again(wire: Wire) -> None:
    board = Board()
    board.set_wanted({1: SHOW})
    board.flush(wire.send, 0.0)
    assert board.flush(wire.send, UNCONFIRMED_SECONDS - 0.1) == []
    assert board.flush(wire.send, UNCONFIRMED_SECONDS + 0.1) == [1]


def test_everything_is_sent_on_a_new_connection(wire: Wire) -> None:
    board = settled(wire, {1: SHOW, 2: NOTHING_PLAYS})
    board.forget_sent()
    assert board.flush(wire.send, 1.0) == [1, 2]


def test_a_deleted_group_is_emptied_once_and_forgotten(wire: Wire) -> None:
    board = settled(wire, {1: SHOW})
    board.set_wanted({})
    board.flush(wire.send, 1.0)
    assert wire.take() == [(1, NOTHING_PLAYS)]
    board.note_confirmed(wire.last_token)
    board.forget_sent()
    assert board.flush(wire.send, 2.0) == []
    assert board.groups == 0


def test_our_own_echo_changes_nothing(wire: Wire) -> None:
    board = settled(wire, {1: SHOW})
    board.note_seen(1, SHOW, 1.0)
    assert board.flush(wire.send, 100.0) == []


@pytest.mark.parametrize("foreign", [b"", b"[]", b"nonsense"])
def test_a_foreign_or_lost_list_is_put_right_after_a_moment(wire: Wire, foreign: bytes) -> None:
    board = settled(wire, {1: SHOW})
    board.note_seen(1, foreign, 10.0)
    assert board.flush(wire.send, 10.1) == []
    assert board.flush(wire.send, 11.0) == [1]
    assert board.flush(wire.send, 12.0) == []


def test_a_late_echo_of_an_older_list_is_no_loss(wire: Wire) -> None:
    board = settled(wire, {1: SHOW})
    board.set_wanted({1: NOTHING_PLAYS})
    board.flush(wire.send, 1.0)
    board.note_confirmed(wire.last_token)
    board.note_seen(1, SHOW, 1.01)
    board.note_seen(1, NOTHING_PLAYS, 1.02)
    assert board.flush(wire.send, 100.0) == []


def test_a_list_of_an_unknown_group_is_emptied(wire: Wire) -> None:
    board = settled(wire, {1: SHOW})
    board.note_seen(9, SHOW, 1.0)
    board.note_seen(8, NOTHING_PLAYS, 1.0)
    assert board.flush(wire.send, 1.0) == [9]
    assert board.groups == 1


def test_a_connection_that_breaks_in_the_middle_leaves_the_rest_to_send(wire: Wire) -> None:
    board = Board()
    board.set_wanted({1: SHOW, 2: SHOW})

    def send(group_id: int, payload: bytes) -> int:
        if group_id == 2:
            raise ConnectionError
        return wire.send(group_id, payload)

    with pytest.raises(ConnectionError):
        board.flush(send, 0.0)
    assert board.flush(wire.send, 1.0) == [2]
