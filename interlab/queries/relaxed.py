"""Reading JSON as models write it: a little wider than JSON, with a meaning for every character.

Nothing is skipped to make a text readable: what the grammar has no meaning for is an error. So a reading
neither drops nor invents content; it differs from JSON only in how things are spelled.
"""

from __future__ import annotations

import json
import re
from typing import Any

MAX_DEPTH = 200

_SPACE = re.compile(r"(?:\s|//[^\n]*|#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.%$€£+\-/])")
_WORD = re.compile(r"[A-Za-z_$][\w$-]*")
_BARE = re.compile(r"[^\W\d](?:[\w .\-]*[\w.\-])?")
_CONSTANTS = {
    "true": True,
    "false": False,
    "null": None,
    "none": None,
    "nan": float("nan"),
    "infinity": float("inf"),
    "-infinity": float("-inf"),
}
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "/": "/",
    "\\": "\\",
    '"': '"',
    "'": "'",
    "_": "_",
}
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "”“"}


class NotRelaxedJson(ValueError):
    """The text is not in the grammar.

    Attributes:
        at: where reading stopped.
        ended: whether that is the end of the text, so that it looks cut off.
    """

    def __init__(self, message: str, at: int, *, ended: bool = False) -> None:
        super().__init__(message)
        self.at = at
        self.ended = ended


class DuplicateKey(ValueError):
    """An object has a key twice, with different values."""


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object from its members; a key that comes twice must have the same value both times."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made and json.dumps(made[key]) != json.dumps(value):
            raise DuplicateKey(f"the key {key!r} stands twice, with different values")
        made[key] = value
    return made


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits} is too large")
    return number


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


STRICT = json.JSONDecoder(object_pairs_hook=unique, parse_float=_finite, parse_constant=_no_constant)
"""Reads JSON as it is defined, but refuses keys that contradict each other and numbers that don't fit."""


def read_strict(text: str, start: int) -> tuple[Any, int]:
    """Read the JSON value that starts at a place.

    Returns:
        The value and where it ends.

    Raises:
        ValueError: there is none.
    """
    try:
        return STRICT.raw_decode(text, start)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def read_relaxed(text: str, start: int = 0) -> tuple[Any, int, list[str]]:
    """Read the object or array that starts at a place, in the wider grammar.

    Beyond JSON: single and typographic quotes, unquoted keys and plain texts, Python's constants, comments,
    trailing commas, a comma forgotten before the next key, ``;`` for ``,``, line breaks and paired quotes inside
    strings, ``.5`` and ``+5``.

    Returns:
        The value, where it ends, and what was not JSON about it.

    Raises:
        NotRelaxedJson: it is not in the grammar.
    """
    reader = _Reader(text, start)
    value = reader.container(0)
    return value, reader.at, list(dict.fromkeys(reader.notes))


class _Reader:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.at = start
        self.notes: list[str] = []

    def fail(self, expected: str) -> NotRelaxedJson:
        ended = self.at >= len(self.text)
        found = "the end" if ended else repr(self.text[self.at : self.at + 12])
        return NotRelaxedJson(f"expected {expected}, found {found}", self.at, ended=ended)

    def peek(self) -> str:
        """The next character that is not space or comment; empty at the end."""
        match = _SPACE.match(self.text, self.at)
        assert match is not None  # it matches the empty text
        if match.group().strip():
            self.notes.append("comments were left out")
        self.at = match.end()
        return self.text[self.at : self.at + 1]

    def container(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise NotRelaxedJson(f"nested deeper than {MAX_DEPTH}", self.at)
        return self.object(depth) if self.text[self.at] == "{" else self.array(depth)

    def object(self, depth: int) -> dict[str, Any]:
        self.at += 1
        pairs: list[tuple[str, Any]] = []
        while True:
            if self.peek() == "}":
                self.at += 1
                break
            key = self.key()
            if self.peek() != ":":
                raise self.fail("':' after a key")
            self.at += 1
            pairs.append((key, self.value(depth, in_object=True)))
            self.separator("}", "a comma was missing before a key")
        try:
            return unique(pairs)
        except DuplicateKey as error:
            raise NotRelaxedJson(str(error), self.at) from error

    def array(self, depth: int) -> list[Any]:
        self.at += 1
        items: list[Any] = []
        while self.peek() != "]":
            items.append(self.value(depth, in_object=False))
            between = isinstance(items[-1], (dict, list)) and self.peek() == self.text[self.at - 1 : self.at]
            self.separator("]", "a comma was missing between items" if between else None)
        self.at += 1
        return items

    def separator(self, end: str, if_missing: str | None) -> None:
        found = self.peek()
        if found in (",", ";"):
            self.at += 1
            if found == ";":
                self.notes.append("';' stood for ','")
            if self.peek() == end:
                self.notes.append("a comma stood after the last item")
            return
        if found == end:
            return
        opens = found != "" and (found in _QUOTES or found in "{[" or _WORD.match(found) is not None)
        if if_missing is None or not opens:
            raise self.fail(f"',' or '{end}'")
        self.notes.append(if_missing)

    def key(self) -> str:
        found = self.peek()
        if found and found in _QUOTES:
            return self.string(is_key=True)
        match = _WORD.match(self.text, self.at)
        if match is None:
            raise self.fail("a key")
        self.at = match.end()
        self.notes.append("keys were not in quotes")
        return match.group()

    def value(self, depth: int, *, in_object: bool) -> Any:
        found = self.peek()
        if found and found in "{[":
            return self.container(depth + 1)
        if found and found in _QUOTES:
            return self.string(is_key=False)
        number = _NUMBER.match(self.text, self.at)
        if number is not None:
            self.at = number.end()
            return self.number(number.group())
        match = _BARE.match(self.text, self.at) or re.compile("-infinity", re.IGNORECASE).match(self.text, self.at)
        if match is None:
            raise self.fail("a value")
        word = match.group()
        known = word.lower() in _CONSTANTS
        if not known and not in_object:
            raise self.fail("a value")  # [your name] is a place to fill in, or prose
        after = match.end()
        self.at = after
        if not known and self.peek() not in (",", "}", ";", "") and "\n" not in self.text[after : self.at]:
            self.at = after
            raise self.fail("',' or '}' after a value without quotes")
        if known:
            if word not in ("true", "false", "null"):
                self.notes.append(f"{word} stood for a JSON constant")
            return _CONSTANTS[word.lower()]
        self.notes.append("a text was not in quotes")
        return word

    def number(self, word: str) -> int | float:
        plain = word.replace("_", "")
        try:
            if re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", word) is None:
                self.notes.append(f"the number {word} is not written as in JSON")
            return int(plain) if re.fullmatch(r"[+-]?\d+", plain) else _finite(plain)
        except ValueError as error:
            raise NotRelaxedJson(str(error), self.at) from error

    def string(self, *, is_key: bool) -> str:
        opening = self.text[self.at]
        closing = _QUOTES[opening]
        if opening != '"':
            self.notes.append(f"{opening} stood for a quotation mark")
        self.at += 1
        out: list[str] = []
        inner = 0
        while True:
            if self.at >= len(self.text):
                raise self.fail("the end of a text in quotes")
            letter = self.text[self.at]
            if letter == "\\":
                out.append(self.escape())
                continue
            if letter in closing:
                if self.closes(is_key=is_key):
                    self.at += 1
                    break
                if _SPACE_QUOTE.match(self.text, self.at + 1):
                    raise self.fail("',' between two texts")
                inner += letter == opening
                self.notes.append("quotation marks inside a text were not escaped")
            elif letter in "\n\r\t" and "line breaks stood inside a text" not in self.notes:
                self.notes.append("line breaks stood inside a text")
            out.append(letter)
            self.at += 1
        if inner % 2 and opening == '"':
            raise NotRelaxedJson("quotation marks inside a text don't pair up", self.at)
        return _joined("".join(out))

    def closes(self, *, is_key: bool) -> bool:
        """Whether the quotation mark here ends its text, by what comes after it."""
        rest = _SPACE.match(self.text, self.at + 1)
        assert rest is not None  # it matches the empty text
        after = self.text[rest.end() : rest.end() + 1]
        if is_key:
            return after == ":"
        if after == "" or after in "}];":
            return True
        if after == ",":
            return _AFTER_COMMA.match(self.text, rest.end() + 1) is not None
        # A forgotten comma: the next key stands on a line of its own.
        return "\n" in rest.group() and _NEXT_KEY.match(self.text, rest.end()) is not None

    def escape(self) -> str:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter == "u" and re.fullmatch(r"[0-9a-fA-F]{4}", self.text[self.at + 2 : self.at + 6]):
            code = chr(int(self.text[self.at + 2 : self.at + 6], 16))
            self.at += 6
            return code
        python = _PYTHON_ESCAPE.match(self.text, self.at)
        if python is not None:
            self.notes.append(f"{python.group()} is no escape in JSON")
            self.at = python.end()
            return chr(int(python.group()[2:], 16))
        if letter in _ESCAPES and letter:
            if letter in "'_":
                self.notes.append(f"\\{letter} is no escape in JSON")
            self.at += 2
            return _ESCAPES[letter]
        self.notes.append("a backslash stood for itself")
        self.at += 1
        return "\\"


_AFTER_COMMA = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*(?:[\"'“‘„`{\[\]}+\-.\d]|[A-Za-z_$][\w$-]*\s*[:,}\]])", re.DOTALL)
_PYTHON_ESCAPE = re.compile(r"\\x[0-9a-fA-F]{2}|\\U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}")
_SPACE_QUOTE = re.compile(r"\s*[\"'“”„]")
_NEXT_KEY = re.compile(r"(?:[\"'“‘][^\"'”’\n]*[\"'”’]|[A-Za-z_$][\w$-]*)\s*:")


def _joined(text: str) -> str:
    """Text in which pairs of surrogates have become the character they stand for."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text
