"""Equal questions at a time are put once, and no answer is older than the question."""

import asyncio

import pytest

from console.web.api.questions import Questions


class Oracle:
    """Answers with what was true when it was asked."""

    def __init__(self) -> None:
        self.truth = 0
        self.put = 0
        self.go = asyncio.Event()

    async def ask(self) -> int:
        self.put += 1
        told = self.truth
        await self.go.wait()
        if told < 0:
            raise ValueError(told)
        return told


def test_many_at_a_time_cost_as_much_as_two_and_learn_what_is_true() -> None:
    async def run() -> tuple[list[int], int]:
        oracle, questions = Oracle(), Questions()
        first = asyncio.create_task(questions.ask("a", oracle.ask))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        oracle.truth = 1
        others = [asyncio.create_task(questions.ask("a", oracle.ask)) for _ in range(20)]
        await asyncio.sleep(0)
        oracle.go.set()
        return [await first, *await asyncio.gather(*others)], oracle.put

    assert asyncio.run(run()) == ([0, *[1] * 20], 2)


def test_other_questions_wait_for_nobody() -> None:
    async def run() -> int:
        oracle, questions = Oracle(), Questions()
        tasks = [asyncio.create_task(questions.ask(key, oracle.ask)) for key in "abc"]
        await asyncio.sleep(0.01)
        oracle.go.set()
        await asyncio.gather(*tasks)
        return oracle.put

    assert asyncio.run(run()) == 3


def test_a_failure_is_told_to_all_and_the_next_is_asked_anew() -> None:
    async def run() -> None:
        oracle, questions = Oracle(), Questions()
        oracle.truth = -1
        oracle.go.set()
        tasks = [asyncio.create_task(questions.ask("a", oracle.ask)) for _ in range(5)]
        for task in tasks:
            with pytest.raises(ValueError, match="-1"):
                await task
        oracle.truth = 7
        assert await questions.ask("a", oracle.ask) == 7

    asyncio.run(run())


def test_who_goes_away_takes_the_answer_from_nobody() -> None:
    async def run() -> list[int]:
        oracle, questions = Oracle(), Questions()
        tasks = [asyncio.create_task(questions.ask("a", oracle.ask)) for _ in range(4)]
        await asyncio.sleep(0.01)
        tasks[0].cancel()
        tasks[1].cancel()
        oracle.go.set()
        return await asyncio.gather(*tasks[2:])

    assert asyncio.run(run()) == [0, 0]
