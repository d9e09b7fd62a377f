"""A form filled in line by line, where lines are all there is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from interlab.people.checking import pointer
from interlab.people.forms import Field, Form

OMITTED = object()
"""In the place of a value that is left out."""

_YES = {"y", "yes", "true", "1", "on"}
_NO = {"n", "no", "false", "0", "off"}


class Cancelled(Exception):
    """The person wants to give no answer."""


class Filling:
    """Asks for the fields of a form one after another; a wrong line is refused at its field.

    Args:
        form: the form.
        check: what is wrong with a whole value, by JSON pointer.
        line: asks for a line, given what to print before it; may raise `Cancelled`.
        say: prints a line.
    """

    def __init__(
        self,
        form: Form,
        check: Callable[[Any], dict[str, str]],
        line: Callable[[str], str],
        say: Callable[[str], None],
    ) -> None:
        self._form = form
        self._check = check
        self._line = line
        self._say = say

    def run(self) -> Any:
        """The filled in value, which passes `check`."""
        root = self._form.root
        while True:
            value = self._field(root, (), outermost=True)
            faults = self._check(value)
            if not faults:
                return value
            for where, fault in faults.items():
                self._say(f"  {where.removeprefix('/') or 'the answer'}: {fault}")
            self._say("  Please answer again.")

    def _field(self, field: Field, path: tuple[Any, ...], *, outermost: bool = False) -> Any:
        if field.kind == "same":
            field = Field(**{**vars(self._form.definitions[field.target]), "title": field.title, "key": field.key})
        if field.about and (path or outermost):
            self._say(f"  {field.about}")
        ask: Callable[[Field, tuple[Any, ...], bool], Any] = getattr(self, f"_{field.kind}")
        return ask(field, path, outermost)

    def _asked(self, field: Field, path: tuple[Any, ...], hint: str, read: Callable[[str], Any]) -> Any:
        """Ask for lines until one can be read."""
        name = pointer(path).removeprefix("/") or field.title or "Your answer"
        default = f" [{_short(field.default)}]" if field.has_default else ""
        while True:
            text = self._line(f"{name}{f' ({hint})' if hint else ''}{default}: ").strip()
            if not text and field.has_default:
                return field.default
            try:
                return read(text)
            except ValueError as error:
                self._say(f"  {error}")

    # Fields of one line ---------------------------------------------------------------------------------

    def _text(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        def read(text: str) -> str:
            if field.least is not None and len(text) < field.least:
                raise ValueError("Write something." if field.least == 1 else f"At least {field.least:g} characters.")
            if field.most is not None and len(text) > field.most:
                raise ValueError(f"At most {field.most:g} characters.")
            return text

        return self._asked(field, path, field.format, read)

    def _number(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        def read(text: str) -> Any:
            value = _json(text)
            if isinstance(value, dict) and value.keys() == {"value"}:
                value = value["value"]
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"A {'whole ' if field.whole else ''}number.")
            if field.whole and value != int(value):
                raise ValueError("A whole number.")
            if field.least is not None and value < field.least:
                raise ValueError(f"At least {field.least:g}.")
            if field.most is not None and value > field.most:
                raise ValueError(f"At most {field.most:g}.")
            if field.above is not None and value <= field.above:
                raise ValueError(f"More than {field.above:g}.")
            if field.below is not None and value >= field.below:
                raise ValueError(f"Less than {field.below:g}.")
            return int(value) if field.whole else value

        return self._asked(field, path, _range(field), read)

    def _truth(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        return self._asked(field, path, "yes or no", _truth)

    def _choice(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        self._list_options(field)
        return self._asked(field, path, "number or name", lambda text: _chosen(field, text))

    def _choices(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        self._list_options(field)

        def read(text: str) -> list[Any]:
            return [_chosen(field, one.strip()) for one in text.split(",") if one.strip()]

        return self._asked(field, path, "several with commas, or nothing", read)

    def _list_options(self, field: Field) -> None:
        for number, option in enumerate(field.options, 1):
            self._say(f"  {number}. {option.label}")

    def _json(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        return self._asked(field, path, "JSON", _strict_json)

    def _constant(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        return field.default

    # Fields of fields -----------------------------------------------------------------------------------

    def _object(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        if field.title and not outermost:
            self._say(f"{pointer(path).removeprefix('/') or field.title}:")
        if outermost and len(field.fields) > 1:
            found = self._at_once()
            if found is not OMITTED:
                return found
        made = {one.key: self._field(one, (*path, one.key)) for one in field.fields}
        return {key: value for key, value in made.items() if value is not OMITTED}

    def _at_once(self) -> Any:
        """A whole answer as JSON from somebody who knows how, else nothing."""
        while True:
            text = self._line("Enter to fill in the fields, or all at once as JSON: ").strip()
            if not text:
                return OMITTED
            try:
                return _strict_json(text)
            except ValueError as error:
                self._say(f"  {error}")

    def _map(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        made: dict[str, Any] = {}
        while key := self._line(f"{_name(field, path)}: key (nothing ends it): ").strip():
            made[key] = self._field(_item(field), (*path, key))
        return made

    def _list(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        made: list[Any] = []
        while field.most is None or len(made) < field.most:
            if len(made) >= (field.least or 0):
                more = self._asked(
                    Field("truth", title=f"{_name(field, path)}: {'another' if made else 'an'} item"),
                    (), "yes or no", lambda text: _truth(text or "no"),
                )  # fmt: skip
                if not more:
                    break
            made.append(self._field(_item(field), (*path, len(made))))
        return made

    def _tuple(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        return [self._field(one, (*path, place)) for place, one in enumerate(field.fields)]

    def _union(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        for number, one in enumerate(field.fields, 1):
            self._say(f"  {number}. {one.title}")

        def read(text: str) -> Field:
            if text.isdecimal() and 1 <= int(text) <= len(field.fields):
                return field.fields[int(text) - 1]
            raise ValueError(f"A number from 1 to {len(field.fields)}.")

        bare = Field("union", title=field.title)
        return self._field(self._asked(bare, path, "which of these", read), path)

    def _optional(self, field: Field, path: tuple[Any, ...], outermost: bool) -> Any:
        nothing = OMITTED if field.omits else None
        wanted = self._asked(
            Field("truth", title=field.title), path, "give it? yes or no", lambda text: _truth(text or "no")
        )
        return self._field(_item(field), path) if wanted else nothing


def _item(field: Field) -> Field:
    return field.item or Field("json")


def _name(field: Field, path: tuple[Any, ...]) -> str:
    return pointer(path).removeprefix("/") or field.title or "Your answer"


def _range(field: Field) -> str:
    kind = "whole number" if field.whole else "number"
    if field.least is not None and field.most is not None:
        return f"{kind}, {field.least:g} to {field.most:g}"
    bounds = [
        f"{words} {bound:g}"
        for bound, words in ((field.least, "≥"), (field.most, "≤"), (field.above, ">"), (field.below, "<"))
        if bound is not None
    ]
    return ", ".join([kind, *bounds])


def _truth(text: str) -> bool:
    word = text.casefold()
    if word in _YES | _NO:
        return word in _YES
    raise ValueError("Yes or no.")


def _chosen(field: Field, text: str) -> Any:
    for option in field.options:
        if option.label == text or option.label.casefold() == text.casefold():
            return option.value
    if text.isdecimal() and 1 <= int(text) <= len(field.options):
        return field.options[int(text) - 1].value
    raise ValueError(f"One of {', '.join(option.label for option in field.options)}.")


def _json(text: str) -> Any:
    try:
        return _strict_json(text)
    except ValueError:
        return None


def _strict_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"This is no JSON: {error}.") from error


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:39] + "…"
