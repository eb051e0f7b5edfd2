"""How strong a password is, in words and bars."""

from html import escape
from typing import Final

from console.i18n import N_, _
from console.words.errors import error_sentence
from infoscreen_core.domain.people.passwords import Strength, check_new_password, strength_of
from infoscreen_core.errors import InvalidInputError

_WORDS: Final[dict[Strength, str]] = {
    Strength.WEAK: N_("Weak: four random words in a row would be better."),
    Strength.FAIR: N_("Fair: a word or two more make it strong."),
    Strength.GOOD: N_("Good."),
    Strength.STRONG: N_("Strong."),
}
_BARS: Final = len(Strength)


def strength_html(password: str, *, username: str) -> str:
    """Return bars and a sentence on a new password; nothing while none is typed.

    Where it may not be set at all, the sentence says why.
    """
    if not password:
        return ""
    refusal = _refusal(password, username)
    strength = Strength.WEAK if refusal else strength_of(password)
    lit = list(Strength).index(strength) + 1
    bars = '<i class="is-lit"></i>' * lit + "<i></i>" * (_BARS - lit)
    sentence = error_sentence(refusal) if refusal else _(_WORDS[strength])
    kind = "refused" if refusal else strength.value
    return (
        f'<div class="is-strength is-{kind}" role="status"><span aria-hidden="true">{bars}</span>'
        f"<p>{escape(sentence)}</p></div>"
    )


def _refusal(password: str, username: str) -> InvalidInputError | None:
    try:
        check_new_password(password, username=username)
    except InvalidInputError as error:
        return error
    return None
