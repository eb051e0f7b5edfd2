"""Why something could not be fetched, each with a sentence of its own."""

from datetime import timedelta

from infoscreen_core.errors import InfoscreenError


class FetchError(InfoscreenError):
    """What was asked for could not be had; `retry_after` is how long the server wants to rest."""

    code = "unreachable"

    def __init__(
        self,
        template: str,
        /,
        *,
        field: str | None = "address",
        retry_after: timedelta | None = None,
        **params: object,
    ) -> None:
        super().__init__(template, field=field, **params)
        self.retry_after = retry_after


def refused_status(
    status: int, host: str, *, has_login: bool, retry_after: timedelta | None
) -> FetchError:
    """Return what an answer other than 200, 304 or a redirect means."""
    if status == 401:  # noqa: PLR2004 - HTTP's own numbers
        return _unauthorised(host, has_login=has_login)
    if status == 429:  # noqa: PLR2004
        return FetchError(
            "The server {host} was asked too often (429); it is asked again later.",
            host=host,
            retry_after=retry_after,
        )
    if status >= 500:  # noqa: PLR2004
        return FetchError(
            "The server {host} has a fault of its own ({status}); it is asked again later.",
            host=host,
            status=status,
            retry_after=retry_after,
        )
    return _refusal(status, host)


def _refusal(status: int, host: str) -> FetchError:
    match status:
        case 403:
            return FetchError(
                "The server {host} refuses to give the calendar out (403); ask its owner to share "
                "it.",
                host=host,
            )
        case 404:
            return FetchError(
                "There is no calendar at this address of {host} (404); ask its owner for a new "
                "address.",
                host=host,
            )
        case 410:
            return FetchError(
                "The calendar at {host} was taken away for good (410); ask its owner for a new "
                "address.",
                host=host,
            )
    return FetchError(
        "The server {host} answers with status {status} in place of a calendar.",
        host=host,
        status=status,
    )


def _unauthorised(host: str, *, has_login: bool) -> FetchError:
    if has_login:
        return FetchError(
            "The server {host} does not accept the user name and password (401).",
            field="password",
            host=host,
        )
    return FetchError(
        "The server {host} asks for a user name and password (401); enter them as well.",
        field="username",
        host=host,
    )
