"""Texts in quotation marks as models write them: marks inside that are not escaped, line breaks, other marks."""

from __future__ import annotations

import re

from interlab.queries.tokens import joined

QUOTES = {'"': '"”', "'": "'’", "“": '”"', "‘": "’'", "„": "”“", "«": "»", "`": "`"}
"""Opening marks, each with those that may close it."""

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\", '"': '"', "'": "'", "_": "_"}
_PYTHON_ESCAPE = re.compile(r"\\x[0-9a-fA-F]{2}|\\U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}")
_SPACE = re.compile(r"(?:\s|\\n|//[^\n]*|#[^\n]*|/\*.*?\*/|<!--.*?-->|<--?[^\n]*|←[^\n]*)*", re.DOTALL)
_AFTER_COMMA = re.compile(
    r",?(?:\s|\\n|//[^\n]*|#[^\n]*|/\*.*?\*/|<!--.*?-->|<--?[^\n]*|←[^\n]*)*(?:[\"'“‘„`{\[\]}+\-.\d｛［]|"
    r"[A-Za-z_$][\w$-]*\s*[:,}\])=]|"
    r"[A-Za-z_$][\w$-]*[\"'”]\s*[:,\]])",
    re.DOTALL,
)
_NEXT_KEY = re.compile(r"(?:[\"'“‘][^\"'”’\n]{1,60}[\"'”’]|[A-Za-z_$][\w$-]*)\s*[:：]")
_NEXT_ITEM = re.compile(r"[\"“][^\"”\n]{0,200}[\"”]\s*[,\]]")
_DRIVE = re.compile(r"[A-Za-z]:\\(?=(?!x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})\w\w|\\)")


_OTHERWISE = re.compile(r"\s+(?:or|and|if|else|\|\|?|\?\?)\s+[\"'][^\"'\n]{0,200}[\"']\s*[,}\])]")
"""A second text behind an operator: ``'wool' or 'grain'``."""


class NotClosed(ValueError):
    """The text ends before its quotation mark closes.

    Attributes:
        so_far: what was read.
    """

    def __init__(self, so_far: str) -> None:
        super().__init__("a quotation mark never closes")
        self.so_far = so_far


class QuotesUnpaired(ValueError):
    """Marks inside the text don't pair up, so that nobody can say which one closes it.

    Attributes:
        at: where reading stopped.
    """

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def read_quoted(text: str, start: int, *, is_key: bool) -> tuple[str, int, list[str]]:
    """Read the text that begins with the quotation mark at a place.

    Returns:
        The text, where it ends, and what was not JSON about it.

    Raises:
        NotClosed, QuotesUnpaired: as their names say.
    """
    for mark in ('"""', "'''"):
        if text.startswith(mark, start) and (end := text.find(mark, start + 3)) >= 0:
            return text[start + 3 : end], end + 3, ["a text stood in triple quotation marks"]
    return _Quoted(text, start, is_key).read()


class _Quoted:
    def __init__(self, text: str, start: int, is_key: bool) -> None:
        self.text = text
        self.start = start
        self.at = start + 1
        self.opening = text[start]
        self.closing = QUOTES[self.opening]
        self.is_key = is_key
        self.notes: list[str] = []

    def read(self) -> tuple[str, int, list[str]]:
        if self.opening != '"':
            self.notes.append(f"{self.opening} stood for a quotation mark")
        if self.opening == "`":
            end = self.text.find("`", self.at)
            if end < 0:
                raise NotClosed(self.text[self.at :])
            return self.text[self.at : end], end + 1, self.notes
        # A path such as C:\new: what looks like escapes are names.
        literal = _DRIVE.match(self.text, self.at) is not None and self.text[self.at + 3 : self.at + 4] != "\\"
        out: list[str] = []
        inner = opened = 0
        while True:
            if self.at >= len(self.text):
                raise NotClosed(joined("".join(out)))
            letter = self.text[self.at]
            if letter == "\\":
                out.append(self.escape(literal))
                continue
            if letter in self.closing and not (letter in "”’" and letter != self.closing[0] and opened > 0):
                if self.ends(inner):
                    self.at += 1
                    break
                if _OTHERWISE.match(self.text, self.at + 1):
                    raise QuotesUnpaired("it gives a text or another one", self.at)
                if letter != "'" and _SPACE_QUOTE.match(self.text, self.at + 1) and inner % 2 == 0:
                    if self.is_stray():
                        self.notes.append("a quotation mark too many was left out")
                        self.at += 2
                        break
                    if not self.is_key and _MISSING_COMMA.match(self.text, self.at + 1):
                        self.at += 1
                        break
                    raise QuotesUnpaired(
                        f"expected ',' between two texts at {self.text[self.at : self.at + 12]!r}", self.at
                    )
                if self.opening in '"“' and letter in '"”' and not self.pairs(inner):
                    raise QuotesUnpaired("quotation marks inside a text neither open nor close a phrase", self.at)
                inner += letter == self.opening
                self.notes.append("quotation marks inside a text were not escaped")
            elif letter in "\n\r\t":
                self.notes.append("line breaks stood inside a text")
            opened += (letter in "“‘") - (letter in "”’")
            out.append(letter)
            self.at += 1
        if inner % 2 and self.opening == '"':
            raise QuotesUnpaired("quotation marks inside a text don't pair up", self.at)
        return joined("".join(out)), self.at, self.notes

    def ends(self, inner: int) -> bool:
        """Whether the quotation mark here ends its text, by what comes after it."""
        rest = _SPACE.match(self.text, self.at + 1)
        end = rest.end() if rest is not None else self.at + 1
        after = self.text[end : end + 1]
        if self.is_key:
            return after in (":", "：", "=") or after in (",", "}", "，")
        if (
            after == ""
            or after in "}];｝］"
            or (after == ")" and self.text.count("(", 0, self.start) > self.text.count(")", 0, self.start))
        ):
            return True
        if after in ",，、":
            return _AFTER_COMMA.match(self.text, end + 1) is not None or self.text[end + 1 :].strip() == ""
        if after in (":", "：") and self.opening in ('"', "“"):
            return True
        if _PLUS.match(self.text, self.at + 1) or (inner % 2 == 0 and _IN_PARTS.match(self.text, self.at + 1)):
            return True
        # A forgotten comma: the next key follows, on a line of its own or after a text without marks inside.
        gap = self.text[self.at + 1 : end]
        if ("\n" in gap or (gap.strip() == "" and gap and inner % 2 == 0)) and _NEXT_KEY.match(self.text, end):
            return True
        return bool(gap) and inner % 2 == 0 and after in '"“' and _NEXT_ITEM.match(self.text, end) is not None

    def pairs(self, inner: int) -> bool:
        """Whether the mark here opens a phrase inside the text, or closes the one that is open: ``"a" + "b"`` does
        the opposite."""
        before, after = self.text[self.at - 1], self.text[self.at + 1 : self.at + 2]
        if inner % 2 == 0:
            return self.at == self.start + 1 or not (before.isalnum() and after.isspace())
        return not (before.isspace() and after.isalnum())

    def is_stray(self) -> bool:
        return re.compile(r"\"\s*[,}\]]").match(self.text, self.at + 1) is not None

    def escape(self, literal: bool) -> str:
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
        if letter == "\n":
            self.notes.append("a text went on over the end of a line")
            self.at += 2
            return ""
        if letter in _ESCAPES and letter and not (literal and letter.isalpha()):
            if letter in "'_":
                self.notes.append(f"\\{letter} is no escape in JSON")
            self.at += 2
            return _ESCAPES[letter]
        self.notes.append("a backslash stood for itself")
        self.at += 1
        return "\\"


_SPACE_QUOTE = re.compile(r"\s*[\"“”„]")
_MISSING_COMMA = re.compile(r"(?:\s+[\"“][^\"”\n]*[\"”])+\s*[,\]]")
_PLUS = re.compile(r"\s*\+\s*[\"'][^\"'\n]")
_IN_PARTS = re.compile(r"[ \t]*\n\s*\"[^\"\n]*\"\s*[,}\n]")
