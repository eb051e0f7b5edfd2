"""Signing in through an identity provider that runs as a process of its own."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from console import runtime
from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AuditEntry, User, UserIdentity
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.people import provided, users
from infoscreen_core.services.people.views import NewUser
from tests.support.console import Console
from tests.support.http.identity_provider import IdentityProvider, running_provider
from tests.support.ports import free_port
from tests.support.web import Visitor

_ROLES = "it=admin, staff=editor"
_PASSWORD = "vier-woerter-sind-es"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def school(console: Console, provider: IdentityProvider) -> Console:
    """A console whose people the provider signs in."""
    _configure(console, oidc_issuer=provider.issuer)
    return console


def _configure(console: Console, **changed: object) -> None:
    given = {
        "oidc_client_secret": SecretStr("a secret"),
        "oidc_roles": _ROLES,
        "oidc_name": "Schulkonto",
    }
    runtime.configure(console.settings.model_copy(update={**given, **changed}))


def _begin(visitor: Visitor, target: str = "/calendar") -> str:
    answer = visitor.get(f"/login/provider?next={target}")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def _sign_in(visitor: Visitor, provider: IdentityProvider, subject: str) -> tuple[int, str]:
    """Return the answer's status and where it leads, or what it says."""
    answer = visitor.get(provider.pass_through(_begin(visitor), subject), lang="de")
    return answer.status_code, answer.headers.get("location", answer.text)


def _role(console: Console, name: str) -> Role:
    with console.sessions() as session:
        return session.scalars(select(User).where(User.username == name)).one().role


def test_whoever_comes_for_the_first_time_gets_an_account(
    school: Console, visitor: Visitor, provider: IdentityProvider
) -> None:
    provider.add("s-1", preferred_username="berta", name="Berta Moll", groups=["staff", "choir"])
    assert _sign_in(visitor, provider, "s-1") == (303, "/calendar")
    assert visitor.cookies.get(SESSION_COOKIE)
    assert visitor.get("/calendar").status_code == 200
    with school.sessions() as session:
        user = session.scalars(select(User)).one()
        assert (user.username, user.display_name, user.role) == ("berta", "Berta Moll", Role.EDITOR)
        assert session.scalars(select(UserIdentity.subject)).all() == ["s-1"]
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert list(actions) == ["user.created", "user.linked", "user.signed_in"]


def test_the_role_follows_the_groups_and_a_new_name_does_not_matter(
    school: Console, visitor: Visitor, provider: IdentityProvider
) -> None:
    provider.add("s-2", preferred_username="carl", groups=["staff"])
    assert _sign_in(visitor, provider, "s-2")[0] == 303
    provider.add("s-2", preferred_username="carl.neu", groups=["it", "staff"])
    visitor.cookies.clear()
    assert _sign_in(visitor, provider, "s-2")[0] == 303
    assert _role(school, "carl") is Role.ADMIN


def test_nobody_gets_in_without_a_role_or_into_a_deactivated_account(
    school: Console, visitor: Visitor, provider: IdentityProvider
) -> None:
    provider.add("s-3", preferred_username="dora", groups=["choir"])
    status, text = _sign_in(visitor, provider, "s-3")
    assert (status, "keine Rolle" in text) == (401, True)
    provider.add("s-3", preferred_username="dora", groups=["staff"])
    assert _sign_in(visitor, provider, "s-3")[0] == 303
    with school.sessions.begin() as session:
        number = session.scalars(select(User.id).where(User.username == "dora")).one()
        users.deactivate_user(session, number, actor=CLI, now=utc_now())
    visitor.cookies.clear()
    status, text = _sign_in(visitor, provider, "s-3")
    assert (status, "deaktiviert" in text) == (401, True)
    assert visitor.cookies.get(SESSION_COOKIE) is None


def test_a_name_that_is_taken_opens_nothing_until_somebody_links_it(
    school: Console, visitor: Visitor, provider: IdentityProvider
) -> None:
    with school.sessions.begin() as session:
        new = NewUser("chefin", Role.SUPERADMIN, _PASSWORD)
        made = users.create_user(session, new, actor=CLI, now=utc_now())
    provider.add("s-4", preferred_username="chefin", groups=["staff"])
    status, text = _sign_in(visitor, provider, "s-4")
    assert (status, "chefin" in text) == (401, True)
    with school.sessions.begin() as session:
        at = utc_now()
        provided.link(session, made.view.id, provider.issuer, "s-4", actor=CLI, now=at)
    assert _sign_in(visitor, provider, "s-4") == (303, "/calendar")
    assert _role(school, "chefin") is Role.SUPERADMIN  # which no group gives or takes


def test_an_answer_is_good_once_for_the_browser_that_asked(
    school: Console,  # noqa: ARG001 - it is configured
    app: object,  # noqa: ARG001 - the visitors' own
    visitor: Visitor,
    provider: IdentityProvider,
) -> None:
    provider.add("s-5", preferred_username="emil", groups=["staff"])
    back = provider.pass_through(_begin(visitor), "s-5")
    journey = visitor.cookies
    visitor.cookies = type(journey)()
    assert visitor.get(back).status_code == 401  # somebody else's browser
    visitor.cookies = journey
    assert visitor.get(back.replace("state=", "state=x")).status_code == 401
    assert visitor.get(back).status_code == 303
    assert visitor.get(back).status_code == 401  # the way is gone


def test_turning_back_at_the_provider_is_no_error_of_ours(
    school: Console,  # noqa: ARG001 - it is configured
    visitor: Visitor,
    provider: IdentityProvider,
) -> None:
    answer = visitor.get(provider.cancel(_begin(visitor)), lang="de")
    assert answer.status_code == 401
    assert "abgebrochen" in answer.text


def test_the_question_holds_what_the_answer_is_tied_to(
    school: Console,  # noqa: ARG001 - it is configured
    visitor: Visitor,
    provider: IdentityProvider,
) -> None:
    asked = parse_qs(urlsplit(_begin(visitor, "//evil.example")).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://infoscreen.test/login/provider/back"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    provider.add("s-6", preferred_username="fritz", groups=["staff"])
    address = _begin(visitor, "//evil.example")
    answer = visitor.get(provider.pass_through(address, "s-6"))
    assert answer.headers["location"] == "/"


def test_while_the_provider_is_away_passwords_still_open(
    console: Console, visitor: Visitor
) -> None:
    _configure(console, oidc_issuer=f"http://127.0.0.1:{free_port()}")
    answer = visitor.get("/login/provider", accept_language="de")
    assert (answer.status_code, 'name="password"' in answer.text) == (503, True)
    with console.sessions.begin() as session:
        users.create_user(session, NewUser("anna", Role.USER, _PASSWORD), actor=CLI, now=utc_now())
    form = {"username": "anna", "password": _PASSWORD}
    assert visitor.post("/login", form).status_code == 303


def test_the_sign_in_page_leads_there_only_where_there_is_a_provider(
    console: Console, visitor: Visitor, provider: IdentityProvider
) -> None:
    assert "/login/provider" not in visitor.get("/login").text
    assert visitor.get("/login/provider").headers["location"] == "/login"
    _configure(console, oidc_issuer=provider.issuer)
    text = visitor.get("/login?next=/calendar").text
    assert 'href="/login/provider?next=%2Fcalendar"' in text
    assert "Mit Schulkonto anmelden" in text
