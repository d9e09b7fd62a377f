"""Reading JSON as models write it: a little wider than JSON, with a meaning for every character.

Nothing is skipped to make a text readable: what the grammar has no meaning for is an error. So a reading
neither drops nor invents content; it differs from JSON only in how things are spelled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from interlab.queries.answers.wording import COMMENT_DOUBT, is_placeholder
from interlab.queries.calls import CannotCall, called
from interlab.queries.quoted import QUOTES, NotClosed, QuotesUnpaired, read_quoted
from interlab.queries.tokens import Bare, DuplicateKey, Unclosed, finite, read_strict, source_int, unique

__all__ = ["MAX_DEPTH", "DuplicateKey", "NotRelaxedJson", "Relaxed", "read_relaxed", "read_strict"]

MAX_DEPTH = 200

_SPACE = re.compile(
    r"(?:[\s\u200b\u200e\u200f\ufeff\u2060]|\\[nrt]|(?P<comment>//[^\n]*|#[^\n]*|/\*.*?\*/|<!--.*?-->|"
    r"<--?[^\n]*|←[^\n]*))*",
    re.DOTALL,
)
_COMMENT = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?\*/|<!--.*?-->|<--?[^\n]*|←[^\n]*", re.DOTALL)
# An item or a member that was commented out, on a line of its own, is none.
_COMMENTED_OUT = re.compile(
    r"(?:\A|\n)[ \t]*(?://|#)[ \t]*(?:\"[^\"\n]*\"|-?[\d.]+|\w+)(?:[ \t]*:[^\n]*)?,[ \t]*(?=\n)"
)
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?=\s*(?:[}\n]|,\s*[\"'\w]))(?!\s*,?\s*\d+\s*:)")
_LEADING_COMMA = re.compile(r",\s*[\"'“][^\"'”\n]{1,60}[\"'”]\s*[:：]")
_BULLET = re.compile(r"[-*•]\s+(?=[\"“'\w])")
_NUMBER = re.compile(
    r"[+-]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
    r"(?=[\s,;，、}\])｝］]|\\[nrt]|//|#|/\*|$)(?!\s+[^\s,;}\])\"'+\-.\d/#{\[\\<←])(?!\s*[-+*/]\s*[\d.(])"
)
_WORD = re.compile(r"[^\W\d]\w*(?:[$-]\w+)*|\$\w+")
_SPACED_KEY = re.compile(r"[^\W\d][\w \t$.-]{0,200}(?=\s{0,50}[:：])")
_KEY_AHEAD = r"[\"'“‘]?[^\W\d][\w$ .-]{0,60}[\"'”’]?\s*[:：]"
_BARE_MEMBER = re.compile(
    rf"[^\n{{}}\[\]\"“”`]{{1,400}}?(?=\s*(?:,\s*(?:{_KEY_AHEAD}|[}}\n])|[}}\n;]|\s(?://|\#|/\*)|\\n))"
)
_BARE_ITEM = re.compile(r"[^\n,{}\[\]()\"“”`:;，]{1,200}?(?=\s{0,50}(?:[,，\]\n;}]|\"\s*[,\]]))")
_ENUM = re.compile(r"<(?:[\w.]+\.)?(?P<member>\w+):\s*[^<>]*>")
_CLASS = re.compile(r"<class '[\w.]+'>")
_CALL = re.compile(r"(?:new\s+)?(?P<name>[A-Za-z_][\w.]*)\(")
_CONSTANTS = {
    "true": True,
    "false": False,
    "null": None,
    "none": None,
    "nan": float("nan"),
    "infinity": float("inf"),
    "-infinity": float("-inf"),
}
_OPEN = {"{": "{", "｛": "{", "[": "[", "［": "[", "【": "[", "(": "("}
_CLOSE = {"}": "}", "｝": "}", "]": "]", "］": "]", "】": "]", ")": ")"}
_COMMAS = frozenset(",，、")
_COLONS = frozenset(":：")


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


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What was read.

    Args:
        value: the value.
        end: where it ends.
        notes: what was not JSON about it.
        unclosed: brackets and quotation marks that were still open when the text ended.
        weak: whether it holds words without quotes in a list, as ``[sic]`` in prose does.
    """

    value: Any
    end: int
    notes: tuple[str, ...]
    unclosed: int
    weak: bool


def read_relaxed(text: str, start: int = 0) -> Relaxed:
    """Read the value that starts at a place, in the wider grammar.

    Beyond JSON: other quotation marks, unquoted keys and texts, Python's and JavaScript's constants, calls, sets
    and tuples, comments, trailing and forgotten commas, brackets forgotten inside or at the end, line breaks and
    paired quotation marks inside texts.

    Args:
        text: ends where the value has to end at the latest.
        start: where its first character stands.

    Raises:
        NotRelaxedJson: it is not in the grammar.
    """
    reader = _Reader(text, start)
    value = reader.top()
    notes = tuple(dict.fromkeys(reader.notes))
    return Relaxed(value, reader.at, notes, reader.unclosed, reader.weak)


class _Reader:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.at = start
        self.notes: list[str] = []
        self.unclosed = 0
        self.weak = False
        self.taken = False  # whether the comma before the next item was read where its neighbour's bracket lacks

    def fail(self, expected: str) -> NotRelaxedJson:
        ended = self.at >= len(self.text)
        found = "the end" if ended else repr(self.text[self.at : self.at + 12])
        return NotRelaxedJson(f"expected {expected}, found {found}", self.at, ended=ended)

    def peek(self) -> str:
        """The next character that is not space or comment; empty at the end."""
        match = _SPACE.match(self.text, self.at)
        if match is None:
            return ""
        if match["comment"]:
            for comment in _COMMENT.findall(_COMMENTED_OUT.sub("", match.group())):
                if COMMENT_DOUBT.search(comment):
                    raise NotRelaxedJson(f"a comment puts it in doubt: {comment.strip()[:60]}", self.at)
            self.notes.append("comments were left out")
        self.at = match.end()
        return self.text[self.at : self.at + 1]

    # Structure ----------------------------------------------------------------------------------------

    def top(self) -> Any:
        value = self.value(0, parent="")
        if isinstance(value, dict):
            value = self.more_members(value)
        return value

    def more_members(self, value: dict[str, Any]) -> dict[str, Any]:
        """Members after a bracket that closed too early: ``{…}}, "items": […]}``."""
        match = re.compile(r"[\s}]*,\s*(?=\"[^\"\n]{1,60}\"\s*:)").match(self.text, self.at)
        if match is None:
            return value
        before = self.at
        self.at = match.end()
        more = self.object(0, parent="", opened=False)
        if not isinstance(more, dict) or set(more) & set(value):
            self.at = before
            return value
        self.notes.append("a bracket closed too early")
        return {**value, **more}

    def container(self, depth: int, parent: str) -> Any:
        if depth > MAX_DEPTH:
            raise NotRelaxedJson(f"nested deeper than {MAX_DEPTH}", self.at)
        kind = _OPEN[self.text[self.at]]
        return self.object(depth, parent) if kind == "{" else self.array(depth, kind)

    def object(self, depth: int, parent: str, *, opened: bool = True) -> Any:
        self.at += opened
        pairs: list[tuple[str, Any]] = []
        items: list[Any] = []
        comma = False
        while True:
            found = self.peek()
            closing = _CLOSE.get(found)
            if found == "," and not pairs and not items and _LEADING_COMMA.match(self.text, self.at):
                self.at += 1
                self.notes.append("a comma stood before the first key")
                continue
            if found == "":
                if comma or not (pairs or items):
                    raise self.fail("another member")
                self.unclosed += 1
                break
            if closing == "}":
                self.at += 1
                if comma:
                    self.notes.append("a comma stood after the last item")
                break
            if closing == "]" and pairs and not comma and "brackets did not match" in self.notes:
                self.at += 1
                break
            if (
                closing in ("]", ")")
                and pairs
                and not comma
                and not self.text[self.at + 1 :].strip(" \n\t`.")
                and depth <= 1
            ):
                self.notes.append("brackets did not match")
                self.at += 1
                break
            if closing == "]" and parent == "[" and pairs and not comma:
                self.notes.append("a closing bracket was missing")
                break
            if _OPEN.get(found) == "{":
                if not pairs and not items:
                    return self.doubled(depth)
                if parent == "[" and comma and pairs:
                    self.notes.append("a closing bracket was missing")
                    self.taken = True
                    break
                raise self.fail("a key")
            before = self.at
            try:
                key = self.key()
                mark = self.peek()
                named = mark in _COLONS or mark == "="
            except NotRelaxedJson:
                if pairs:
                    raise
                key, named = "", False
                self.at = before
            if named:
                if items:
                    raise self.fail("',' or '}'")
                self.at += 2 if self.text.startswith("=>", self.at) else 1
                pairs.append((key, self.value(depth, parent="{")))
            elif pairs:
                self.at = before
                self.more_items(pairs)
            else:
                self.at = before
                items.append(self.value(depth, parent="set"))
            comma = self.comma("}", "a comma was missing before a key" if pairs else None)
        if items:
            self.notes.append("a set stood for a list")
            return items
        try:
            return unique(pairs)
        except DuplicateKey as error:
            raise NotRelaxedJson(str(error), self.at) from error

    def doubled(self, depth: int) -> Any:
        """The object in doubled braces, as templates have them."""
        value = self.container(depth + 1, parent="")
        if _CLOSE.get(self.peek()) != "}":
            raise self.fail("'}'")
        self.at += 1
        self.notes.append("braces were doubled")
        return value

    def more_items(self, pairs: list[tuple[str, Any]]) -> None:
        """A text without a key: the list of the member before it lacks its brackets."""
        key, last = pairs[-1]
        values = last if isinstance(last, _Run) else _Run([last])
        if self.text[self.at : self.at + 1] not in QUOTES or not all(isinstance(one, str) for one in values):
            raise self.fail("a key")
        values.append(self.string())
        pairs[-1] = (key, values)
        self.notes.append("the brackets of a list were missing")

    def array(self, depth: int, kind: str) -> list[Any]:
        self.at += 1
        rows: list[list[Any]] = [[]]
        marks = set()
        while True:
            items = rows[-1]
            found = self.peek()
            closing = _CLOSE.get(found)
            if found == "":
                if self.text[: self.at].rstrip()[-1:] in ",;，" or not items:
                    raise self.fail("another item")
                self.unclosed += 1
                break
            if closing is not None:
                swapped = re.compile(r"[}｝]\s*[\]］)]").match(self.text, self.at) is not None
                goes_on = depth > 0 and self.text[self.at + 1 :].strip(" \n}]`") != ""
                if closing == "}" and items and not swapped and goes_on:
                    raise self.fail("']'")
                if (closing == "]") != (kind == "["):
                    self.notes.append("brackets did not match")
                self.at += 1
                break
            bullet = _BULLET.match(self.text, self.at)
            if bullet is not None and bullet.start() > 0 and self.text[: self.at].rstrip(" \t")[-1:] == "\n":
                self.at = bullet.end()
                self.notes.append("bullets stood in a list")
            before = self.at
            value = self.value(depth, parent="[")
            if isinstance(value, str) and self.peek() in _COLONS and self.text[self.at : self.at + 1] and depth:
                self.at = before
                self.notes.append("a closing bracket was missing")
                self.taken = True
                break
            items.append(value)
            if self.taken:
                self.taken = False
                continue
            before = self.at
            self.comma("]", "a comma was missing between items")
            mark = self.text[before : self.at].strip()[:1]
            marks.add(mark)
            if mark == ";":
                rows.append([])
        if ";" in marks and ("," in marks or "" in marks - {";"}) and len(rows) > 1 and len(rows[0]) > 1:
            return [row for row in rows if row]
        return [item for row in rows for item in row]

    def comma(self, end: str, if_missing: str | None) -> bool:
        """Whether a comma was read after an item; it may be missing where the next item begins."""
        if self.taken:
            self.taken = False
            return True
        found = self.peek()
        if found in _COMMAS and found:
            self.at += 1
            if end == "}" and self.peek() == ",":
                self.at += 1
                self.notes.append("a comma stood twice")
            if found != ",":
                self.notes.append(f"{found} stood for a comma")
            return True
        if found == ";":
            self.at += 1
            self.notes.append("';' stood for ','")
            return True
        if found == "" or found in _CLOSE:
            return False
        opens = found in QUOTES or found in _OPEN or found in "-+" or found.isdigit() or _WORD.match(self.text, self.at)
        if if_missing is None or not opens:
            raise self.fail(f"',' or '{end}'")
        self.notes.append(if_missing)
        return True

    def key(self) -> str:
        found = self.peek()
        if found and found in QUOTES:
            return self.string(is_key=True)
        match = _SPACED_KEY.match(self.text, self.at) or _WORD.match(self.text, self.at)
        if match is None:
            digits = re.compile(r"\d+(?=\s*:)").match(self.text, self.at)
            if digits is None:
                raise self.fail("a key")
            match = digits
        self.at = match.end()
        if self.text[self.at : self.at + 1] in ('"', "'") and self.text[self.at + 1 :].lstrip()[:1] == ":":
            self.at += 1
        self.notes.append("keys were not in quotes")
        return match.group().strip()

    # Values -------------------------------------------------------------------------------------------

    def value(self, depth: int, parent: str) -> Any:
        found = self.peek()
        if found == "":
            raise self.fail("a value")
        if found in _OPEN:
            return self.container(depth + 1, parent)
        if found in QUOTES:
            return self.strings(parent)
        grouped = _GROUPED.match(self.text, self.at) if parent == "{" else None
        if grouped is not None:
            self.at = grouped.end()
            self.notes.append("a number was written in groups")
            return Bare(grouped.group())
        for pattern in (_ENUM, _CLASS):
            match = pattern.match(self.text, self.at)
            if match is not None:
                self.at = match.end()
                self.notes.append(f"{match.group()} was written as Python shows it")
                return Bare(match["member"]) if pattern is _ENUM else Bare(match.group())
        number = _NUMBER.match(self.text, self.at)
        if number is not None:
            self.at = number.end()
            if number.group().endswith(".") and self.peek() not in (",", "]", "}", ")", ""):
                raise NotRelaxedJson(f"{number.group()!r} numbers an item, or is one", number.start())
            self.at = number.end()
            return self.number(number.group())
        call = _CALL.match(self.text, self.at)
        if call is not None:
            return self.call(call, depth)
        return self.bare(parent)

    def bare(self, parent: str) -> Any:
        pattern = _BARE_MEMBER if parent == "{" else _BARE_ITEM
        if parent[:1] == "(":
            pattern = _BARE_ARGUMENT
        match = pattern.match(self.text, self.at)
        if match is None:
            constant = re.compile(r"-?[A-Za-z]+\b").match(self.text, self.at)
            if constant is None or constant.group().lower() not in _CONSTANTS:
                if _BARE_END.match(self.text, self.at):
                    self.at = len(self.text)
                raise self.fail("a value")
            match = constant
        word = match.group().strip()
        self.at = match.start() + len(match.group().rstrip())
        if word.lower() in _CONSTANTS:
            if word not in ("true", "false", "null"):
                self.notes.append(f"{word} stood for a JSON constant")
            return _CONSTANTS[word.lower()]
        if word == "undefined" and parent == "{":
            return UNDEFINED
        if parent not in ("{", "("):
            self.weak = True
            if self.text[self.at : self.at + 1] == '"':
                self.at += 1
            if is_placeholder(f"[{word}]") or re.match(r"\d+[.)]\s|[.…]", word):
                raise NotRelaxedJson(f"{word!r} stands where an item should be", match.start())
        self.notes.append("a text was not in quotes")
        return Bare(word)

    def call(self, match: re.Match[str], depth: int) -> Any:
        """A value that is made by a call, such as ``Person(name="Ann")`` or ``Decimal("1.20")``."""
        if depth > MAX_DEPTH:
            raise NotRelaxedJson(f"nested deeper than {MAX_DEPTH}", self.at)
        start, self.at = self.at, match.end()
        positional: list[Any] = []
        named: list[tuple[str, Any]] = []
        while _CLOSE.get(self.peek()) != ")":
            keyword = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)\s*").match(self.text, self.at)
            if keyword is not None:
                self.at = keyword.end()
                named.append((keyword[1], self.value(depth + 1, parent="(")))
            else:
                positional.append(self.value(depth + 1, parent="(+"))
            if not self.comma(")", None) and self.peek() == "":
                if not named or positional or depth:
                    raise self.fail("')'")
                self.unclosed += 1
                break
        self.at += self.peek() != ""
        self.notes.append(f"{match['name']}(…) stood for a value")
        try:
            return called(match.group()[:-1], positional, unique(named))
        except (CannotCall, DuplicateKey) as error:
            raise NotRelaxedJson(str(error), start) from error

    def number(self, word: str) -> int | float:
        plain = word.replace("_", "")
        try:
            if re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", word) is None:
                self.notes.append(f"the number {word} is not written as in JSON")
            return source_int(plain) if re.fullmatch(r"[+-]?\d+", plain) else finite(plain)
        except ValueError as error:
            raise NotRelaxedJson(str(error), self.at) from error

    def strings(self, parent: str) -> str:
        """A text, or several that are put together: by ``+``, or one after the other as Python does it."""
        text = self.string()
        while not isinstance(text, Unclosed):
            before = self.at
            mark = self.peek()
            plus = mark == "+"
            self.at += plus
            if (plus or (parent == "{" and "\n" in self.text[before : self.at])) and self.peek() in ('"', "'"):
                start = self.at
                more = self.string()
                if plus or (self.peek() not in _COLONS or not self.peek()):
                    text = Unclosed(text + more) if isinstance(more, Unclosed) else text + more
                    self.notes.append("a text was written in parts")
                    continue
                self.at = start
            self.at = before
            break
        return text

    def string(self, *, is_key: bool = False) -> str:
        start = self.at
        try:
            text, self.at, notes = read_quoted(self.text, start, is_key=is_key)
        except NotClosed as error:
            self.at = len(self.text)
            # Brackets behind the word close what it stands in; only a whole label or number fits without its mark.
            so_far = re.sub(r"\s*[}\]]+\s*$", "", error.so_far)
            if is_key or not so_far or so_far != so_far.strip():
                raise self.fail("the end of a text in quotes") from error
            self.unclosed += 1
            return Unclosed(so_far)
        except QuotesUnpaired as error:
            raise NotRelaxedJson(str(error), error.at) from error
        self.notes += notes
        return text


class _Run(list[Any]):
    """Texts that followed each other where one was expected."""


UNDEFINED = Bare("undefined")
"""JavaScript's word for a key that is not there."""

_BARE_ARGUMENT = re.compile(r"[^\n,{}\[\]()\"“”`:;]{1,200}?(?=\s{0,50}[,)])")
_BARE_END = re.compile(r"[^\n{}\[\]\"“”`]{1,400}\Z")
