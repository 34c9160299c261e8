"""What is on a page that AppTest ran."""


def html(app) -> str:
    """All HTML on the page, as one text."""
    return "\n".join(element.proto.body for element in app.get("html"))


def said(app) -> str:
    """All Markdown and captions on the page."""
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def widget(elements, text: str):
    """The widget with this label."""
    return next(element for element in elements if element.label == text)
