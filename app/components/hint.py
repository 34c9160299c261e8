"""One line for first-time visitors of a page; dismissed for the rest of the visit."""

import streamlit as st


def show_hint(page: str, text: str) -> None:
    """Show the page's hint unless it was dismissed."""
    if not text or page in st.session_state.get("hints_read", ()):
        return
    with st.container(
        horizontal=True, vertical_alignment="center", border=True, gap="small", key=f"hint_{page.replace(' ', '_')}"
    ):
        st.markdown(f":material/lightbulb: {text}", width="stretch")
        st.button("Got it", key=f"dismiss_{page}", type="tertiary", on_click=dismiss, args=(page,), width="content")


def dismiss(page: str) -> None:
    """Remember that the hint of a page was dismissed."""
    st.session_state["hints_read"] = (*st.session_state.get("hints_read", ()), page)
