"""Who is asking, and which page they open; nothing else."""

from console.about.news import has_news
from console.navigation import choose_page
from console.parts import address
from console.parts.choices import restore_choices
from console.parts.feedback import focus_first_wrong
from console.parts.guard import leave_for_password, page_guard
from console.runtime import current_identity, keep_signed_in
from console.shell import draw_shell, prepare_page, speak_language_of


def main() -> None:
    """Run the page that the signed-in person asked for."""
    prepare_page()
    with page_guard():
        identity = current_identity()
        if identity.must_change_password:  # the gate leads there, unless it could not ask
            leave_for_password()
        keep_signed_in()
        speak_language_of(identity)
        restore_choices()
        page = choose_page(identity.role, {"about"} if has_news(identity) else ())
        address.settle()
        draw_shell(identity, page.title)
        page.run()
        focus_first_wrong()


if __name__ == "__main__":
    main()
