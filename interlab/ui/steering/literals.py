"""Values and interventions as Python writes them."""

from __future__ import annotations

from typing import Any

from interlab.counterfactual import Intervention


def as_code(change: Intervention) -> str:
    """An intervention as it is written."""
    values = [literal(value) for name, value in change.record().items() if name not in ("intervention", "priority")]
    return f"il.{type(change).__name__}({', '.join(values)})"


def literal(value: Any) -> str:
    """A value as it is written: texts in double quotes where that is simple."""
    text = repr(value)
    if isinstance(value, str) and text.startswith("'") and '"' not in text and "\\" not in text:
        return f'"{text[1:-1]}"'
    return text
