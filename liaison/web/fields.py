"""Form fields as the components show them: which widget gets which class and which description."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils.safestring import SafeString

CHECKBOX = "checkbox"
GROUP = "group"
SINGLE = "single"


def field_kind(bound: BoundField) -> str:
    """Return how a field is laid out: one checkbox, a group of choices in a fieldset, or a single control."""
    widget = bound.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return GROUP
    return CHECKBOX if isinstance(widget, CheckboxInput) else SINGLE


def field_widget(bound: BoundField, **extra: Any) -> SafeString:
    """Return the control of a field with the look of the portal; help and errors describe it for screen readers.

    `extra` are further attributes, with underscores for hyphens: `hx_post="…"`, `autocomplete="username"`.
    """
    widget = bound.field.widget
    classes = {"checkbox": "form-check-input", "group": ""}.get(
        field_kind(bound), "form-select" if isinstance(widget, Select) else "form-control"
    )
    if bound.errors:
        classes += " is-invalid"
    attributes = {name.replace("_", "-"): value for name, value in extra.items()}
    attributes["class"] = f"{widget.attrs.get('class', '')} {classes}".strip()
    return bound.as_widget(attrs=attributes)


def field_help_id(bound: BoundField) -> str:
    """Return the id under which Django names the help text in `aria-describedby`."""
    return f"{bound.auto_id}_helptext"


def field_error_id(bound: BoundField) -> str:
    """Return the id under which Django names the errors in `aria-describedby`."""
    return f"{bound.auto_id}_error"
