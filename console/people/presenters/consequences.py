"""What will come of it, in the sentences that stand above the button."""

from console.i18n import _, ngettext
from console.words.roles import role_word
from infoscreen_core.services.people.views import DeletionEffects, UserView


def password_text(user: UserView, sessions: int, tokens: int) -> str:
    """Return what a new password does."""
    told = _(
        "{name} gets a random password, which is shown to you once, and has to change it at the "
        "next sign-in. The one they have now opens nothing any more.",
        name=user.username,
    )
    return _joined(told, _sessions_end(sessions), _tokens_end(tokens))


def role_text(user: UserView) -> str:
    """Return what another role does."""
    return _(
        "{name} is {role} now. Another role holds with their next click: pages appear or are gone.",
        name=user.username,
        role=role_word(user.role),
    )


def deactivation_text(user: UserView, sessions: int, tokens: int) -> str:
    """Return what deactivating does."""
    told = _(
        "{name} cannot sign in any more. What they made stays, and you can reactivate the account "
        "at any time.",
        name=user.username,
    )
    return _joined(told, _sessions_end(sessions), _tokens_end(tokens))


def reactivation_text(user: UserView) -> str:
    """Return what reactivating does."""
    return _(
        "{name} may sign in again, with the password from before. API tokens have to be made anew.",
        name=user.username,
    )


def deletion_text(user: UserView, effects: DeletionEffects, tokens: int) -> str:
    """Return what deleting for good does."""
    told = _(
        "The account {name} is gone for good; this cannot be undone. The audit keeps the name. To "
        "keep somebody out, deactivating is enough.",
        name=user.username,
    )
    ends = _sessions_end(effects.sessions), _tokens_end(tokens)
    return _joined(told, *ends, _views_go(effects), _works(effects))


def _sessions_end(count: int) -> str:
    if not count:
        return ""
    return ngettext("{n} session ends at once.", "{n} sessions end at once.", count)


def _tokens_end(count: int) -> str:
    if not count:
        return ""
    return ngettext("{n} API token ends with it.", "{n} API tokens end with it.", count)


def _views_go(effects: DeletionEffects) -> str:
    if not effects.views:
        return ""
    gone = ngettext("{n} saved view is deleted.", "{n} saved views are deleted.", effects.views)
    if not effects.shared_views:
        return gone
    shared = ngettext(
        "{n} of them is shared with others.", "{n} of them are shared with others.",
        effects.shared_views,
    )  # fmt: skip
    return f"{gone} {shared}"


def _works(effects: DeletionEffects) -> str:
    if not effects.works:
        return ""
    return ngettext(
        "{n} event or file stays, and no longer says who made it.",
        "{n} events and files stay, and no longer say who made them.",
        effects.works,
    )


def _joined(*sentences: str) -> str:
    return "\n".join(filter(None, sentences))
