"""What the page says, in the language of the installation."""

from functools import cache

from console.i18n import _, use_language


@cache
def words(language: str) -> dict[str, str]:
    """Return the page's sentences by the names under which its script knows them."""
    with use_language(language):
        return {
            "ended": _("This address does not hold any more."),
            "endedHelp": _(
                "An administrator has revoked it or removed the screen. "
                "A new address is made in the console under “Screens and groups”."
            ),
            "away": _("No connection since {time}; it goes on with what it has.", time="{time}"),
            "waiting": _("Waiting for the server …"),
            "noGroup": _("This screen is in no group yet."),
            "sound": _("Tap once for sound"),
            "play": _("Tap to play"),
            "fullScreen": _("Full screen"),
            "leaveFullScreen": _("Leave full screen"),
            "second": _("This address is open in another window, too; that one reports."),
            "notShown": _("“{title}” cannot be shown here.", title="{title}"),
            "converting": _("Its file is still being converted."),
            "failed": _("Its file cannot be loaded; the screen tries again by itself."),
            "videoFailed": _("This browser cannot play the video."),
            "insecure": _(
                "The website has an http address, and a browser does not show it "
                "on a page with https. Use an https address."
            ),
            "refuses": _("The website does not let itself be shown on other pages."),
            "unknownType": _("Players show it; a browser cannot."),
            "website": _("Website: {address}", address="{address}"),
            "standIn": _("Drawn stand-in: what a website shows cannot be photographed."),
            "warning": _("Warning"),
            "emergency": _("Emergency"),
        }
