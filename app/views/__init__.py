"""One folder per page; Streamlit runs its page.py as a script."""
