"""Two of a screen's kept pictures, before and after, under a slider; the address holds both."""

import streamlit as st

from console.i18n import _
from console.parts.address import choose_from_list, query
from console.parts.guard import page_guard
from console.runtime import now, user_timezone
from console.screens import snapshots
from console.screens.presenters.compare import chosen_pair, compare_html
from console.screens.presenters.pictures import picture_label

_FEWEST = 2


@st.fragment
def compare_pictures(uuid: str) -> None:
    """Draw the choice and the slider; nothing while there is only one picture.

    It does not renew itself: that would move the line under the reader's finger.
    """
    with page_guard():
        detail = snapshots.client(uuid)
        if detail is None or len(detail.pictures) < _FEWEST:
            return
        st.header(_("Before and after"), anchor=False)
        zone, at = user_timezone(), now()
        labels = {str(one.id): picture_label(one, zone, now=at) for one in detail.pictures}
        usual = chosen_pair(detail.pictures, query())
        with st.container(horizontal=True, key="compare-choice"):
            for key, label, one in zip(
                ("before", "after"), (_("Before"), _("After")), usual, strict=True
            ):
                choose_from_list(label, labels, key=key, default=str(one.id), width=280)
        before, after = chosen_pair(detail.pictures, query())
        st.html(compare_html(before, after, detail.view.name, zone, now=at))
