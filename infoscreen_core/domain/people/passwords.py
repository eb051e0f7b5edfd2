"""What makes a new password acceptable."""

import unicodedata
from enum import StrEnum
from typing import Final

from infoscreen_core.errors import InvalidInputError

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 200
"""Hashing cost grows with length; nobody types more."""

# From public lists of leaked passwords, and their German counterparts. Shorter ones are missing
# because their length is refused already.
_COMMON: Final = frozenset(
    """
    0123456789 1234567890 0987654321 9876543210 1122334455 1111111111 0000000000 1234512345
    12345678910 123456789a a123456789 123456789q 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5
    q1w2e3r4t5y6 zaq12wsxcde3 qwertyuiop qwertzuiop qwerty1234 qwertz1234 qwerty12345 qwertz12345
    qwerty123456 asdfghjkl1 asdfghjklö yxcvbnm123 zxcvbnm123 password12 password123 password1234
    password12345 passwort12 passwort123 passwort1234 passwort12345 passw0rd123 p@ssw0rd123
    p@ssword123 mypassword meinpasswort changeme123 change_me123 letmein123 welcome123 welcome1234
    willkommen willkommen1 willkommen123 administrator admin12345 admin123456 adminadmin adminadmin1
    superadmin superadmin1 superuser1 infoscreen infoscreen1 infoscreen123 hallo12345 hallohallo
    hallowelt1 iloveyou12 iloveyou123 ichliebedich schatz1234 sunshine123 princess123 football123
    fussball123 baseball123 superman123 batman1234 dragon1234 monkey1234 master1234 michael123
    computer123 sommer2024 sommer2025 sommer2026 winter2024 winter2025 winter2026 fruehling2026
    herbst2025 herbst2026 schule1234 schule12345 lehrerzimmer lehrer1234 geheim1234 geheimnis1
    testtest12 test123456 testpassword abc1234567 abcdefghij abcd123456 abcd1234567 aaaaaaaaaa
    aa12345678 qazwsxedc1 secret1234 default123 1234567891 12345678911 123456789012 0123456789a
    1029384756 1357924680 2468013579 1212121212 1231231231 123123123123 123321123321 112233445566
    147258369a 789456123a 741852963a 1234qwerasdf qwer1234asdf asdf123456 asdf1234567 asdfasdfasdf
    qweasdzxc1 qweasdzxc123 qweqweqwe1 qwerqwerqwer 1q2w3e4r5t6z 1qay2wsx3edc qaywsxedc1
    qazwsx123456 yaq12wsxcde3 zxcvbnm1234 yxcvbnm1234 qwertzuiopü qwertzuiop1 qwertyuiop1
    a1234567890 abc123456789 abcabcabc1 abcdef1234 abcdefg123 password01 password11 password99
    password2024 password2025 password2026 passwort2024 passwort2025 passwort2026 p4ssw0rd123
    pa$$word123 thisisapassword letmein1234 trustno1234 access1234 login12345 master12345 shadow1234
    hunter1234 killer1234 charlie123 jordan12345 jennifer123 jessica123 ashley1234 daniel1234
    thomas1234 andreas123 christian1 sebastian1 alexander1 alexander123 maximilian stefanie123
    christopher basketball volleyball strawberry watermelon chocolate1 butterfly1 starwars123
    pokemon123 liverpool1 manchester barcelona1 oesterreich österreich deutschland willkommen2025
    willkommen2026 fruehling2025 frühling2025 frühling2026 sommer2027 herbst2024 winter2027
    schuljahr2025 schuljahr2026 klassenzimmer informatik lehrer12345 direktion1 sekretariat
    hausmeister raspberry1 raspberrypi raspberry123 supervisor supervisor1 gast123456 benutzer123
    digitalsignage monitoring bildschirm bildschirm1
    """.split()  # noqa: SIM905 - two hundred quoted words would hide the list
)

_KEYBOARD: Final = (
    *("qwertzuiopü", "asdfghjklöä", "yxcvbnm", "qwertyuiop", "zxcvbnm"),
    *("üpoiuztrewq", "älkjhgfdsa", "mnbvcxy", "poiuytrewq", "mnbvcxz"),
)


def check_new_password(password: str, *, username: str) -> None:
    """Raise `InvalidInputError` unless the password may be set for this user."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInputError(
            "The password has {length} characters; use {low} to {high}.",
            field="password",
            length=len(password),
            low=MIN_LENGTH,
            high=MAX_LENGTH,
        )
    folded = _folded(password)
    if folded in _COMMON or len(set(folded)) <= 2 or folded == _folded(username):  # noqa: PLR2004 - "ababab"
        raise InvalidInputError(
            "This password is among the first that anybody tries; choose another, such as four "
            "random words.",
            field="password",
        )


class Strength(StrEnum):
    """How long a password withstands somebody who tries many."""

    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"
    STRONG = "strong"


def strength_of(password: str) -> Strength:
    """Return how well a password would hold; an estimate that rather says too little.

    Whether it may be set at all, `check_new_password` says.
    """
    bits = _guess_bits(_folded(password), kinds=_kinds(password))
    return next((strength for least, strength in _LEAST_BITS if bits >= least), Strength.WEAK)


_LEAST_BITS: Final = ((70.0, Strength.STRONG), (50.0, Strength.GOOD), (35.0, Strength.FAIR))


def _guess_bits(text: str, *, kinds: int) -> float:
    """Return about how many bits of guessing a text is worth.

    A character that repeats or continues what stands before it is worth one. Letters of words are
    worth less than random ones, so that four words are as good as ten random characters.
    """
    worth = {1: 2.5, 2: 3.5, 3: 4.5}.get(kinds, 5.0)
    return sum(1.0 if _is_expected(text, at) else worth for at in range(len(text)))


def _is_expected(text: str, at: int) -> bool:
    before, char = text[max(at - 2, 0) : at], text[at]
    if not before:
        return False
    is_next = abs(ord(char) - ord(before[-1])) <= 1
    is_row = any(before[-1] + char in row for row in _KEYBOARD)
    is_again = text[at - 1 : at + 1] in text[: at - 1] if at > 1 else False
    return is_next or is_row or is_again


def _kinds(password: str) -> int:
    found = {
        "upper"
        if one.isupper()
        else "letter"
        if one.isalpha()
        else "digit"
        if one.isdigit()
        else "other"
        for one in password
    }
    return len(found)


def _folded(text: str) -> str:
    # Systems differ in how they compose umlauts.
    return unicodedata.normalize("NFC", text).casefold()
