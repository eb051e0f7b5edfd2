"""Whoever reads ahead rests while whoever stores works, and goes on while that one waits."""

import threading

from workers.listener.precedence import Precedence

LONG = 60.0


def rest(precedence: Precedence) -> threading.Event:
    """Rest in another thread; return what is set when that is over."""
    over = threading.Event()

    def run() -> None:
        precedence.rest()
        over.set()

    threading.Thread(target=run, daemon=True).start()
    return over


def test_nobody_rests_while_there_is_nothing_to_store() -> None:
    precedence = Precedence(LONG)
    assert rest(precedence).wait(LONG / 2)
    precedence.claim()
    precedence.release()
    assert rest(precedence).wait(LONG / 2)


def test_others_rest_while_a_batch_is_worked_on_and_go_on_while_the_database_works() -> None:
    precedence = Precedence(LONG)
    precedence.claim()
    precedence.begin_wait()
    assert rest(precedence).wait(LONG / 2)
    precedence.end_wait()
    over = rest(precedence)
    assert not over.wait(0.1)
    precedence.begin_wait()
    assert over.wait(LONG / 2)


def test_they_do_not_rest_for_ever() -> None:
    precedence = Precedence(0.01)
    precedence.claim()
    assert rest(precedence).wait(LONG)


def test_an_answer_holds_nobody_up_when_nothing_was_claimed() -> None:
    precedence = Precedence(LONG)
    precedence.begin_wait()
    precedence.end_wait()
    assert rest(precedence).wait(LONG / 2)
