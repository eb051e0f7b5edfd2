"""Speaking with plugs on this machine: what they are asked, and what is made of their answers."""

import logging
import secrets
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from infoscreen_core.domain.commands.plug_address import PlugAddress
from infoscreen_core.domain.commands.plugs import PlugKind, Problem
from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.fetching.plugs.conversation import MAX_BYTES, PlugPolicy
from infoscreen_core.fetching.plugs.digest import answer_to
from infoscreen_core.fetching.plugs.errors import PlugError
from infoscreen_core.fetching.plugs.plug import PlugAccess, PowerPlug, open_plug
from tests.support.commands.plugs import (
    LOOPBACK,
    PASSWORD,
    POLICY,
    Plug,
    ShellyPlug,
    TasmotaPlug,
    address_of,
    running,
    said,
)
from tests.support.exchange.calendar_server import Answer, CalendarServer, Request, redirect

LOGIN = ("admin", PASSWORD)
EACH = pytest.mark.parametrize("make", [ShellyPlug, TasmotaPlug])


@pytest.fixture(params=[ShellyPlug, TasmotaPlug])
def plug(request: pytest.FixtureRequest) -> Plug:
    made: Plug = request.param(relays=2, password=PASSWORD)
    return made


@pytest.fixture
def server(plug: Plug) -> Iterator[CalendarServer]:
    with running(plug) as found:
        yield found


def spoken(
    plug: Plug,
    server: CalendarServer,
    *,
    relay: int = 1,
    login: tuple[str, str] | None = LOGIN,
    seconds: float = 30.0,
) -> PowerPlug:
    access = PlugAccess(plug.kind, address_of(server), relay, login)
    return open_plug(access, PlugPolicy(LOOPBACK, seconds))


def refusal(deed: Callable[[], object]) -> PlugError:
    with pytest.raises(PlugError) as caught:
        deed()
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(caught.value.params)
    return caught.value


def test_it_says_what_it_is_and_whether_it_is_on(plug: Plug, server: CalendarServer) -> None:
    found = spoken(plug, server, relay=2).identify()
    assert found.is_on
    assert (found.model, found.firmware) == {
        PlugKind.SHELLY_GEN2: ("PlusPlugS", "1.4.4"),
        PlugKind.TASMOTA: ("", "14.2.0(tasmota)"),
    }[plug.kind]
    plug.on.remove(2)
    assert not spoken(plug, server, relay=2).read_state()
    assert spoken(plug, server).read_state()


def test_it_switches_one_relay(plug: Plug, server: CalendarServer) -> None:
    spoken(plug, server, relay=2).switch(on=False)
    assert plug.on == {1}
    spoken(plug, server, relay=2).switch(on=True)
    assert plug.on == {1, 2}
    assert plug.pause is None


def test_a_power_cycle_ends_without_us(plug: Plug, server: CalendarServer) -> None:
    spoken(plug, server, relay=2).power_cycle(10)
    assert plug.on == {1}
    assert plug.pause == (2, 10.0)
    plug.elapse()
    assert plug.on == {1, 2}


@EACH
def test_without_a_password_none_is_sent(make: Callable[[], Plug]) -> None:
    plug = make()
    with running(plug) as server:
        assert spoken(plug, server, login=None).identify().is_on
        spoken(plug, server, login=None).power_cycle(10)
        assert not plug.is_on
        assert not any("authorization" in one.headers for one in server.requests)
        assert not any("password" in one.path for one in server.requests)


def test_a_wrong_login_and_a_missing_one_are_told_apart(plug: Plug, server: CalendarServer) -> None:
    wrong = refusal(lambda: spoken(plug, server, login=("admin", "s3cret")).power_cycle(10))
    assert "does not accept" in str(wrong)
    missing = refusal(lambda: spoken(plug, server, login=None).power_cycle(10))
    assert "asks for a password" in str(missing)
    for error in (wrong, missing):
        assert (error.problem, error.field) == (Problem.UNAUTHORISED, "password")
        assert error.is_final
    assert plug.offs == 0


def test_an_odd_user_name_is_sent_as_it_is(plug: Plug, server: CalendarServer) -> None:
    error = refusal(lambda: spoken(plug, server, login=('a"b\\ü', "s3cret")).read_state())
    assert error.problem is Problem.UNAUTHORISED


def test_a_relay_that_it_does_not_have_is_told(plug: Plug, server: CalendarServer) -> None:
    error = refusal(lambda: spoken(plug, server, relay=3).power_cycle(10))
    assert (error.problem, error.field, error.is_final) == (Problem.NO_RELAY, "relay", True)
    assert plug.offs == 0


@EACH
def test_another_kind_is_told(make: Callable[[], Plug]) -> None:
    plug = make()
    other = TasmotaPlug() if plug.kind is PlugKind.SHELLY_GEN2 else ShellyPlug()
    with running(other) as server:
        error = refusal(lambda: spoken(plug, server).identify())
    assert (error.problem, error.field) == (Problem.WRONG_KIND, "kind")


def test_a_first_generation_shelly_is_told() -> None:
    with running(ShellyPlug()) as server:
        server.answering = lambda _request: said(type="SHPLG-S", mac="0", auth=False)
        error = refusal(lambda: spoken(ShellyPlug(), server).identify())
    assert error.problem is Problem.WRONG_KIND


def test_an_old_tasmota_refuses_with_status_200() -> None:
    plug = TasmotaPlug()
    with running(plug) as server:
        server.answering = lambda _request: said(WARNING="Need user=<username>&password=<password>")
        error = refusal(lambda: spoken(plug, server, login=None).read_state())
    assert error.problem is Problem.UNAUTHORISED


def test_the_digest_is_that_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of RFC 7616, 3.9.1."""
    own = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    monkeypatch.setattr(secrets, "token_hex", lambda _length: own)
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    answer = answer_to(challenge, ("Mufasa", "Circle of Life"), "GET", "/dir/index.html")
    assert answer
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in answer
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in answer


@pytest.mark.parametrize(
    "challenge",
    [
        "",
        "Basic realm=x",
        'Digest realm="x", nonce="1", qop="auth"',  # MD5
        'Digest realm="x", nonce="1", qop="auth", algorithm=MD5',
        'Digest realm="x", nonce="1", algorithm=SHA-256',
        'Digest realm="x", nonce="1", qop="auth-int", algorithm=SHA-256',
        'Digest realm="x", qop="auth", algorithm=SHA-256',
        'Digest nonce="1", qop="auth", algorithm=SHA-256',
        'Digest realm="x\r\nEvil: 1", nonce="1", qop="auth", algorithm=SHA-256',
        'Digest realm="x\\", nonce="1", qop="auth", algorithm=SHA-256',
    ],
)
def test_a_weaker_challenge_gets_no_answer(challenge: str) -> None:
    assert answer_to(challenge, LOGIN, "GET", "/") is None


def test_who_asks_for_a_weaker_proof_learns_nothing() -> None:
    plug = ShellyPlug()
    with running(plug) as server:
        weak = Answer(status=401, headers={"WWW-Authenticate": 'Basic realm="plug"'})
        server.answering = lambda _request: weak
        error = refusal(lambda: spoken(plug, server).power_cycle(10))
        assert error.problem is Problem.WRONG_ANSWER
        assert not any("authorization" in one.headers for one in server.requests)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<!DOCTYPE html><html>"),
        Answer(b"[]"),
        Answer(b"\xff{"),
        Answer(b"{" * MAX_BYTES + b"}"),
        said(output="yes", POWER1="maybe"),
        redirect("http://127.0.0.1:1/cm"),
        Answer(status=503),
    ],
    ids=["page", "list", "no-text", "huge", "odd", "redirect", "503"],
)
def test_what_no_plug_says_is_refused(plug: Plug, server: CalendarServer, answer: Answer) -> None:
    server.answering = lambda _request: answer
    error = refusal(lambda: spoken(plug, server).power_cycle(10))
    assert error.problem in {Problem.WRONG_ANSWER, Problem.WRONG_KIND}
    assert not error.may_have_acted  # it was only asked for its state
    assert len(server.requests) == 1


def test_no_redirect_is_followed(plug: Plug, server: CalendarServer) -> None:
    with running(ShellyPlug()) as inner:
        server.answering = lambda request: redirect(inner.url(request.path))
        assert refusal(lambda: spoken(plug, server).read_state()).problem is Problem.WRONG_ANSWER
        assert inner.requests == []


def test_an_order_without_an_answer_may_have_been_obeyed(
    plug: Plug, server: CalendarServer
) -> None:
    """The plug obeys, and its answer is lost on the way: nobody may say that it is on."""

    def answer(request: Request) -> Answer:
        given = plug.answer(request)
        return given if plug.offs == 0 else Answer(hangs_up=True)

    server.answering = answer
    error = refusal(lambda: spoken(plug, server).power_cycle(10))
    assert (error.problem, error.may_have_acted) == (Problem.UNREACHABLE, True)
    assert not error.is_final
    assert plug.offs == 1


def test_an_order_that_is_answered_with_nonsense_may_have_been_obeyed(
    plug: Plug, server: CalendarServer
) -> None:
    def answer(request: Request) -> Answer:
        given = plug.answer(request)
        return given if plug.offs == 0 else Answer(b"ok")

    server.answering = answer
    error = refusal(lambda: spoken(plug, server).power_cycle(10))
    assert (error.problem, error.may_have_acted) == (Problem.WRONG_ANSWER, True)


def test_who_hangs_up_before_the_order_has_done_nothing(plug: Plug, server: CalendarServer) -> None:
    server.answering = lambda _request: Answer(hangs_up=True)
    error = refusal(lambda: spoken(plug, server).power_cycle(10))
    assert (error.problem, error.may_have_acted) == (Problem.UNREACHABLE, False)


def test_who_does_not_answer_is_left_when_the_time_is_over(
    plug: Plug, server: CalendarServer
) -> None:
    release = threading.Event()

    def answer(_request: object) -> Answer:
        release.wait(60)
        return said()

    server.answering = answer
    error = refusal(lambda: spoken(plug, server, seconds=0.3).read_state())
    assert "did not answer in time" in str(error)
    server.answering = lambda _request: Answer(b'{"a": 1}' * 500, after=0.05)  # drop by drop
    error = refusal(lambda: spoken(plug, server, seconds=0.3).read_state())
    assert "did not answer in time" in str(error)
    release.set()


@EACH
def test_a_plug_without_power_cannot_be_reached(make: Callable[[], Plug]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        access = PlugAccess(make().kind, PlugAddress("127.0.0.1", unused.getsockname()[1]), 1)
        error = refusal(lambda: open_plug(access, POLICY).power_cycle(10))
    assert (error.problem, error.may_have_acted) == (Problem.UNREACHABLE, False)
    assert "cannot be reached" in str(error)


def test_no_library_logs_a_password(
    plug: Plug, server: CalendarServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    spoken(plug, server).power_cycle(10)
    assert plug.offs == 1
    assert "s3cret" not in caplog.text
    access = PlugAccess(plug.kind, address_of(server), 1, LOGIN)
    assert "s3cret" not in repr(access)
    assert AllowedHosts() == PlugPolicy().allowed
