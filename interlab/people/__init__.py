"""People: the console at which a person is asked and answers, and its faces: a terminal, a page, a notebook's cell.

Owns questions and answers, forms made of JSON schemas, and seats: what one person sees of a run. May import errors,
state and tracing. Models and actors that are people are made of it; it knows neither.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from interlab.people.choosing import AutoConsole, current_console
from interlab.people.console import Answer, Console, Question, ScriptedConsole, people_at
from interlab.people.forms import Field, Form, form_of
from interlab.people.seats import Seat
from interlab.people.terminal import TerminalConsole, visible

if TYPE_CHECKING:
    from interlab.people.page import PageConsole
    from interlab.people.widget import WidgetConsole

__all__ = [
    "Answer",
    "AutoConsole",
    "Console",
    "Field",
    "Form",
    "PageConsole",
    "Question",
    "ScriptedConsole",
    "Seat",
    "TerminalConsole",
    "WidgetConsole",
    "current_console",
    "form_of",
    "people_at",
    "visible",
]

_SERVERS = {"PageConsole": "page", "WidgetConsole": "widget"}  # what they are made of takes long to import


def __getattr__(name: str) -> Any:
    if name not in _SERVERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_SERVERS[name]}"), name)
