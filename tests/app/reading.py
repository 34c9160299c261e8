"""What is on a page that AppTest ran."""

import json


def html(app) -> str:
    """All HTML on the page, as one text."""
    return "\n".join(element.proto.body for element in app.get("html"))


def said(app) -> str:
    """All Markdown and captions on the page."""
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def widget(elements, text: str):
    """The widget with this label."""
    return next(element for element in elements if element.label == text)


def asked(app, name: str) -> list[str]:
    """Return what the URL says of a name."""
    value = app.query_params.get(name, [])
    return [value] if isinstance(value, str) else list(value)


def pick(app, key: str, chosen: str) -> None:
    """Choose an id in a search box, as its script does in the browser."""
    box = next(found for found in app.get("bidi_component") if found.proto.id.endswith(f"-{key}"))
    states = app._tree.get_widget_states()
    trigger = states.widgets.add()
    trigger.id = f"$$STREAMLIT_INTERNAL_KEY_{box.proto.id}__events"
    trigger.json_trigger_value = json.dumps([{"event": "asked", "value": {"kind": "choose", "text": chosen}}])
    app._run(states)
    assert not app.exception, app.exception[0].value
