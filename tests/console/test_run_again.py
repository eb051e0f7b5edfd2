"""A page that runs again by itself never loses what the browser asked for meanwhile."""

from streamlit.testing.v1 import AppTest

# A script of AppTest stands for itself: its imports belong inside.
# ruff: noqa: PLC0415


def script_that_is_asked_for_another_page() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from console.runtime import run_again

    context = get_script_run_ctx()
    assert context is not None
    if "is_asked" not in st.session_state:
        st.session_state["is_asked"] = True
        asked = RerunData(query_string="page=other", page_script_hash=context.page_script_hash)
        assert context.script_requests is not None
        context.script_requests.request_rerun(asked)
        run_again()
    st.text(st.query_params.get("page", "the same"))  # noqa: TID251 - what the browser sent


def script_that_only_runs_again() -> None:
    import streamlit as st

    from console.runtime import run_again

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if st.session_state["runs"] == 1:
        run_again()
    st.text(f"{st.session_state['runs']} runs")


def test_what_the_browser_asked_for_meanwhile_goes_first() -> None:
    app = AppTest.from_function(script_that_is_asked_for_another_page).run()
    assert not app.exception
    assert app.text[0].value == "other"


def test_without_any_request_the_page_just_runs_again() -> None:
    app = AppTest.from_function(script_that_only_runs_again).run()
    assert app.text[0].value == "2 runs"
