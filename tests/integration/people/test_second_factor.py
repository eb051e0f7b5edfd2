"""The second factor of an account: set up, renewed, turned off, reset by others."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, RecoveryCode, SecondFactor, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.encryption import Cipher, UnreadableSecretError
from infoscreen_core.services.people import password_hashing
from infoscreen_core.services.people.codes import second_factor as service
from infoscreen_core.services.people.sign_in_steps import is_code_owed
from infoscreen_core.services.system_settings import set_setting
from tests.support.http.second_factor import CIPHER, PASSWORD, app_code, enrol, wrong_code
from tests.support.people import NOW, acting_as, actions_of

Sessions = sessionmaker[Session]


@pytest.fixture
def people(sessions: Sessions) -> dict[str, Actor]:
    """Anna edits, Carla administers, Doris may do everything; all have the same password."""
    roles = {"anna": Role.EDITOR, "carla": Role.ADMIN, "doris": Role.SUPERADMIN}
    digest = password_hashing.hash_password(PASSWORD)
    with sessions.begin() as session:
        for name, role in roles.items():
            session.add(
                User(username=name, password_hash=digest, role=role, created_at=NOW, updated_at=NOW)
            )
        session.flush()
        return {user.username: acting_as(user) for user in session.scalars(select(User))}


def id_of(actor: Actor) -> int:
    return actor.user_id or 0


def test_nothing_is_asked_before_the_first_code(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        set_setting(session, "organization_name", "HTL Süd", actor=CLI, now=NOW)
        begun = service.begin(session, PASSWORD, cipher=CIPHER, actor=anna, now=NOW)
        assert begun.address.startswith("otpauth://totp/Infoscreen%20HTL%20S%C3%BCd:anna?")
        assert f"secret={begun.secret}" in begun.address
        assert not is_code_owed(session, id_of(anna))
        assert service.find_view(session, id_of(anna)) is None
        row = session.get_one(SecondFactor, anna.user_id)
        assert begun.secret not in row.secret_encrypted
        code = app_code(begun.secret, NOW)
        codes = service.confirm(
            session, f" {code[:3]} {code[3:]}", cipher=CIPHER, actor=anna, now=NOW
        )
    with sessions() as session:
        assert is_code_owed(session, id_of(anna))
        view = service.find_view(session, id_of(anna))
        assert view == service.SecondFactorView(NOW, 10)
        assert len(set(codes)) == 10
        digests = set(session.scalars(select(RecoveryCode.code_hash)))
        assert not digests & {code.replace("-", "") for code in codes}


def test_the_audit_has_no_secrets(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        enrol(session, anna, now=NOW)
        service.renew_recovery_codes(session, PASSWORD, actor=anna, now=NOW)
        service.turn_off(session, PASSWORD, actor=anna, now=NOW)
        assert actions_of(session) == [
            "user.second_factor_turned_on",
            "user.recovery_codes_renewed",
            "user.second_factor_turned_off",
        ]
        for row in session.scalars(select(AuditEntry)):
            assert (row.entity, row.entity_id) == ("user", str(anna.user_id))
            assert (row.before, row.after) == (None, None)


def test_a_wrong_code_leaves_it_off(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        begun = service.begin(session, PASSWORD, cipher=CIPHER, actor=anna, now=NOW)
        for code in (wrong_code(begun.secret, NOW), "", app_code(begun.secret, NOW)[:5]):
            with pytest.raises(InvalidInputError, match="code is wrong") as refusal:
                service.confirm(session, code, cipher=CIPHER, actor=anna, now=NOW)
            assert refusal.value.field == "code"
        assert not is_code_owed(session, id_of(anna))
        # The same enrolment may go on.
        code = app_code(begun.secret, NOW)
        assert service.confirm(session, code, cipher=CIPHER, actor=anna, now=NOW)


def test_who_begins_again_gets_another_secret(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        first, second = (
            service.begin(session, PASSWORD, cipher=CIPHER, actor=anna, now=NOW) for _ in range(2)
        )
        with pytest.raises(InvalidInputError):
            service.confirm(
                session, app_code(first.secret, NOW), cipher=CIPHER, actor=anna, now=NOW
            )
        service.confirm(session, app_code(second.secret, NOW), cipher=CIPHER, actor=anna, now=NOW)


def test_each_change_needs_the_password(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        with pytest.raises(InvalidInputError) as refusal:
            service.begin(session, "falsch", cipher=CIPHER, actor=anna, now=NOW)
        assert refusal.value.field == "current_password"
        enrol(session, anna, now=NOW)
        for change in (service.turn_off, service.renew_recovery_codes):
            with pytest.raises(InvalidInputError):
                change(session, "falsch", actor=anna, now=NOW)
        assert is_code_owed(session, id_of(anna))


def test_what_is_on_is_not_begun_and_what_is_off_not_ended(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        for change in (service.turn_off, service.renew_recovery_codes):
            with pytest.raises(ConflictError, match="off already"):
                change(session, PASSWORD, actor=anna, now=NOW)
        with pytest.raises(ConflictError, match="begin again"):
            service.confirm(session, "123456", cipher=CIPHER, actor=anna, now=NOW)
        enrol(session, anna, now=NOW)
        with pytest.raises(ConflictError, match="on already"):
            service.begin(session, PASSWORD, cipher=CIPHER, actor=anna, now=NOW)
        with pytest.raises(ConflictError, match="begin again"):
            service.confirm(session, "123456", cipher=CIPHER, actor=anna, now=NOW)
        service.turn_off(session, PASSWORD, actor=anna, now=NOW)
        assert service.find_view(session, id_of(anna)) is None
        assert session.scalars(select(RecoveryCode)).all() == []


def test_new_recovery_codes_replace_the_old(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        before = set(enrol(session, anna, now=NOW).recovery_codes)
        old = set(session.scalars(select(RecoveryCode.code_hash)))
        after = set(service.renew_recovery_codes(session, PASSWORD, actor=anna, now=NOW))
        new = set(session.scalars(select(RecoveryCode.code_hash)))
        assert (len(after), len(new), after & before, new & old) == (10, 10, set(), set())


def test_administrators_reset_it_for_others(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna, carla, doris = people["anna"], people["carla"], people["doris"]
    later = NOW + timedelta(minutes=5)
    with sessions.begin() as session:
        for one in people.values():
            enrol(session, one, now=NOW)
        service.reset(session, id_of(anna), actor=carla, now=later)
        assert not is_code_owed(session, id_of(anna))
        with pytest.raises(ConflictError, match="anna has no second factor"):
            service.reset(session, id_of(anna), actor=carla, now=later)
        with pytest.raises(NotAllowedError, match="My account"):
            service.reset(session, id_of(carla), actor=carla, now=later)
        for reader, owner in ((carla, doris.user_id), (carla, 99)):
            with pytest.raises(NotFoundError):
                service.reset(session, owner or 0, actor=reader, now=later)
        with pytest.raises(NotAllowedError):
            service.reset(session, id_of(carla), actor=anna, now=later)
        assert is_code_owed(session, id_of(carla))
        service.reset(session, id_of(doris), actor=CLI, now=later)
        assert actions_of(session)[-2:] == ["user.second_factor_reset"] * 2


def test_another_key_is_told_from_a_wrong_code(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        begun = service.begin(session, PASSWORD, cipher=CIPHER, actor=anna, now=NOW)
        code = app_code(begun.secret, NOW)
        with pytest.raises(UnreadableSecretError):
            service.confirm(session, code, cipher=Cipher("another"), actor=anna, now=NOW)
        rotated = Cipher("another", "a key of the tests")
        assert service.confirm(session, code, cipher=rotated, actor=anna, now=NOW)


def test_it_goes_with_its_owner(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        enrol(session, anna, now=NOW)
        session.delete(session.get_one(User, anna.user_id))
        session.flush()
        session.expire_all()
        assert session.scalars(select(SecondFactor)).all() == []
        assert session.scalars(select(RecoveryCode)).all() == []
