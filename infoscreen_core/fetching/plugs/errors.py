"""Why a plug could not be asked, each with a sentence of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from infoscreen_core.domain.commands.plugs import FINAL_PROBLEMS, Problem
from infoscreen_core.errors import InfoscreenError


class PlugError(InfoscreenError):
    """A plug did not do, or say, what it was asked for."""

    code = "plug_failed"

    def __init__(
        self,
        template: str,
        /,
        *,
        problem: Problem,
        field: str | None = "address",
        may_have_acted: bool = False,
        **params: object,
    ) -> None:
        super().__init__(template, field=field, **params)
        self.problem = problem
        self.may_have_acted = may_have_acted
        """Whether the plug may have got the order although no good answer came."""

    @classmethod
    def of(cls, problem: Problem, error: InfoscreenError) -> Self:
        """Return another error as that of a plug which got nothing from us."""
        return cls(
            error.template,
            problem=problem,
            field=error.field,
            may_have_acted=False,
            **error.params,
        )

    @property
    def is_final(self) -> bool:
        """Whether trying again is of no use until somebody changes the set-up."""
        return self.problem in FINAL_PROBLEMS and not self.may_have_acted


@contextmanager
def nothing_ordered() -> Iterator[None]:
    """Let what fails in the block, which only reads, count as an order that never left us."""
    try:
        yield
    except PlugError as error:
        error.may_have_acted = False
        raise


def wrong_answer(host: str, *, may_have_acted: bool = False) -> PlugError:
    """Return what is said of an answer that no plug of this kind gives."""
    return PlugError(
        "What {host} answers is not what such a plug says; check its address and its kind.",
        problem=Problem.WRONG_ANSWER,
        may_have_acted=may_have_acted,
        host=host,
    )


def unauthorised(host: str, *, has_login: bool) -> PlugError:
    """Return what is said when a plug asks for a login, or does not take ours."""
    if has_login:
        return PlugError(
            "The plug {host} does not accept the user name and password.",
            problem=Problem.UNAUTHORISED,
            field="password",
            host=host,
        )
    return PlugError(
        "The plug {host} asks for a password; enter it as well.",
        problem=Problem.UNAUTHORISED,
        field="password",
        host=host,
    )


def no_relay(host: str, relay: int) -> PlugError:
    """Return what is said when a plug has no such relay."""
    return PlugError(
        "The plug {host} has no relay {relay}; a plug with a single socket has relay 1.",
        problem=Problem.NO_RELAY,
        field="relay",
        host=host,
        relay=relay,
    )
