"""Objects and lists that are written in other ways than as JSON: lines of keys, YAML, tables, tags, bullets."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interlab.queries.answers.wording import COMMENT_DOUBT, is_placeholder
from interlab.queries.relaxed import NotRelaxedJson, read_relaxed
from interlab.queries.tokens import Bare

Known = Callable[[str], bool]
"""Whether a key is one that is asked for."""

BULLET = re.compile(r"^(?P<indent>\s*)(?:[-*+•‣–]|\(?\d{1,3}[.)])\s+(?:\[[ xX]?\]\s+)?(?P<rest>\S.*)$")
_KEY = re.compile(
    r"^(?P<indent>\s*)[*_`\"']*(?P<key>[^\W\d_](?:[\w .()/&'-]{0,48}?[\w)])?|\d+)[*_`\"']*\s*(?:[:：]|=(?!=)|->|→)"
    r"(?=\s|[*_]|$|[^\s/])[*_]*\s*(?P<value>.*?)\s*$"
)
_SEPARATOR = re.compile(r"^\s*(?:-{3,}|\.{3}|={3,}|\*{3,}|_{3,})\s*$")
HEADING = re.compile(r"^\s*#{1,6}\s+\S.*$")
_ATTRIBUTES = re.compile(
    r"<\s*(?P<tag>[A-Za-z_][\w.-]*)(?P<all>(?:\s+[A-Za-z_][\w.-]*\s*=\s*(?:\"[^\"]*\"|'[^']*'))+)\s*/?>"
)
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, slots=True)
class Notated:
    """What a text says in another notation.

    Args:
        value: as JSON, its scalars as texts.
        notation: which one.
        before, after: the words around it.
    """

    value: Any
    notation: str
    before: str = ""
    after: str = ""


def tagged(text: str, known: Known) -> Notated | None:
    """An object in tags named like its fields, in attributes of a tag, or a list in ``<item>`` tags."""
    attributes = list(_ATTRIBUTES.finditer(text))
    if attributes and not re.search(r"<parameter\s+name=", text):
        objects = []
        for one in attributes:
            pairs = {key: html.unescape(a or b) for key, a, b in _ATTRIBUTE.findall(one["all"])}
            if not any(map(known, pairs)):
                return None
            objects.append(pairs)
        value = objects[0] if len(objects) == 1 else objects
        before, after = text[: attributes[0].start()], text[attributes[-1].end() :]
        return Notated(value, "attributes", re.sub(r"<[^<>]*>", "", before), re.sub(r"<[^<>]*>", "", after))
    text = re.sub(r"<parameter\s+name=[\"']([\w.-]+)[\"']>(.*?)</parameter>", r"<\1>\2</\1>", text, flags=re.DOTALL)
    found = _elements(text, known)
    if found is None:
        return None
    value, start, end = found
    return Notated(value, "tags", re.sub(r"<[^<>]*>", "", text[:start]), re.sub(r"<[^<>]*>", "", text[end:]))


_ELEMENT = re.compile(r"<(?P<tag>[A-Za-z_][\w.-]*)>(?P<inner>.*?)</(?P=tag)\s*>", re.DOTALL)


def _elements(text: str, known: Known, depth: int = 0, *, listed: bool = False) -> tuple[Any, int, int] | None:
    """The members that stand in tags, and where they do."""
    found = list(_ELEMENT.finditer(text)) if "</" in text else []
    if not found or depth > 10:
        return None
    names = [one["tag"] for one in found]
    if len(set(names)) == 1 and not known(names[0]):
        inner = [_elements(one["inner"], known, depth + 1) for one in found]
        if all(one is not None for one in inner):
            values = [one[0] for one in inner if one is not None]
            return (values[0] if len(values) == 1 else values), found[0].start(), found[-1].end()
        if not listed and names[0].casefold() not in ("item", "li", "element", "entry", "value", "option"):
            return None
        return [_text(one["inner"]) for one in found], found[0].start(), found[-1].end()
    members: dict[str, Any] = {}
    for one in found:
        if not known(one["tag"]):
            continue
        below = _elements(one["inner"], known, depth + 1, listed=_is_plural(one["tag"], one["inner"]))
        value = below[0] if below is not None else _text(one["inner"])
        if one["tag"] in members:
            return None
        members[one["tag"]] = value
    spans = [one for one in found if known(one["tag"])]
    return (members, spans[0].start(), spans[-1].end()) if members else None


def _is_plural(tag: str, inner: str) -> bool:
    """Whether an element holds nothing but elements of one name, as a list does: ``<steps><step>…</step></steps>``."""
    names = {one["tag"] for one in _ELEMENT.finditer(inner)}
    return len(names) == 1 and not _ELEMENT.sub("", inner).strip() and tag not in names


def listed_elements(text: str) -> Notated | None:
    """A list whose items stand in tags of one name, alone or in a tag around them."""
    found = list(_ELEMENT.finditer(text)) if "</" in text else []
    if len(found) == 1 and _is_plural(found[0]["tag"], found[0]["inner"]):
        return listed_elements(found[0]["inner"])
    if len(found) < 2 or len({one["tag"] for one in found}) != 1 or _ELEMENT.sub("", text).strip():
        return None
    return (
        None if any("<" in one["inner"] for one in found) else Notated([_text(one["inner"]) for one in found], "tags")
    )


def _text(inner: str) -> Bare:
    return Bare(html.unescape(inner.strip()))


def table(text: str, known: Known) -> Notated | None:
    """The rows of a table in Markdown, or of comma-separated values with a header, as objects."""
    lines = [(index, line.strip()) for index, line in enumerate(text.splitlines()) if line.strip()]
    rows = [(index, line) for index, line in lines if line.count("|") >= 1 and not line.startswith("```")]
    marks = [at for at, (_, line) in enumerate(rows) if re.fullmatch(r"\|?(?:\s*:?-+:?\s*\|?)+", line) and "-" in line]
    whole = text.splitlines()
    if (
        len(marks) == 1
        and marks[0] == 1
        and [index for index, _ in rows] == list(range(rows[0][0], rows[0][0] + len(rows)))
    ):
        written = [cells(line) for at, (_, line) in enumerate(rows) if at != 1]
        before, after = "\n".join(whole[: rows[0][0]]), "\n".join(whole[rows[-1][0] + 1 :])
        return _rows(written, known, "a table", before, after)
    mark = "\t" if all("\t" in line for _, line in lines) else ","
    if len(lines) >= 2 and not rows and all(mark in line for _, line in lines):
        written = [[cell.strip().strip("\"'") for cell in line.split(mark)] for _, line in lines]
        if all(map(known, written[0])):
            return _rows(written, known, "comma-separated values", "", "")
    return None


def cells(line: str) -> list[str]:
    """The cells of a row of a table in Markdown."""
    return [cell.strip().strip("*`_").strip() for cell in line.strip().strip("|").split("|")]


def _rows(written: list[list[str]], known: Known, notation: str, before: str, after: str) -> Notated | None:
    head, *rows = written
    if not rows or any(len(row) != len(head) for row in rows) or (len(set(head)) != len(head) and any(head)):
        return None
    if len(head) == 2 and len(rows) > 1 and not any(map(known, head)) and all(known(row[0]) for row in rows):
        fields = {row[0]: Bare(row[1]) for row in rows}
        return Notated(fields, notation, before, after) if len(fields) == len(rows) else None
    objects = [dict(zip(head, map(Bare, row), strict=True)) for row in rows]
    return Notated(objects, notation, before, after)


_CLOSING = re.compile(
    r"\n[ \t]*(?:please\s+)?(?:let\s+me\s+know|i\s+hope\s+(?:this|that|it)|hope\s+(?:this|that|it)|feel\s+free|"
    r"is\s+there\s+anything|"
    r"if\s+you\s+(?:need|have|want|would\s+like)\s+(?:any|more|further|anything|help)|happy\s+to\s+help|"
    r"enjoy)\b[^\n]*\s*$",
    re.IGNORECASE,
)


def plainer(text: str, known: Known, *, keep_tags: bool) -> str:
    """A text without the marks of fences, without the wish that ends it, and with HTML's lists and tables as lines."""
    text = re.sub(r"^[ \t]*(?:```|~~~)[\w+.-]*[ \t]*$\n?", "", text, flags=re.MULTILINE)
    text = _CLOSING.sub("", text)
    if not keep_tags and not any(known(tag) for tag in re.findall(r"<(\w+)>", text)):
        text = _html_rows(text)
    return text


def _html_rows(text: str) -> str:
    if re.search(r"<li\b", text, re.IGNORECASE) and not re.search(r"<li[^>]*>[^<]*:", text, re.IGNORECASE):
        return text
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL | re.IGNORECASE)
    if rows:
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL | re.IGNORECASE) for row in rows]
        lines = ["| " + " | ".join(html.unescape(one.strip()) for one in row) + " |" for row in cells]
        return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])
    text = re.sub(r"<(?:li|p|br|div)\b[^>]*>", "\n", text, flags=re.IGNORECASE)
    return html.unescape(re.sub(r"</?\w+[^<>]*>", "", text)).strip()


def sections(text: str, known: Known) -> Notated | None:
    """An object whose fields stand below headings that name them."""
    heading = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+[*_]*([\w ]+?)[*_:]*|\*\*([\w ]+?):?\*\*:?)[ \t]*$", re.MULTILINE)
    marks = list(heading.finditer(text))
    named = [one for one in marks if known(one[1] or one[2])]
    if len(named) < 2 or marks[-len(named) :] != named:
        return None
    members: dict[str, Any] = {}
    ends = [one.start() for one in named[1:]] + [len(text)]
    for mark, end in zip(named, ends, strict=True):
        key, body = mark[1] or mark[2], text[mark.end() : end].strip()
        if key in members or not body or "\n\n" in body:
            return None
        members[key] = scalar(body)
    return Notated(members, "headings", heading.sub("", text[: named[0].start()]))


# Lines of keys and values -----------------------------------------------------------------------------


def key_lines(text: str, known: Known, *, open_keys: bool = False) -> Notated | None:
    """An object, or a list of them, in lines of keys and values, nested by indentation as in YAML.

    Args:
        open_keys: whether any key is one (a map), so that all lines have to be such.
    """
    lines = [_COMMENT.sub(_without_comment, line.expandtabs(2)) for line in text.splitlines()]
    kept = [line for line in lines if line.strip() and not _SEPARATOR.match(line)]
    gaps = {after for line, after in itertools.pairwise(lines) if not line.strip() and after.strip()}
    first = next((index for index, line in enumerate(kept) if _is_start(line, known, open_keys)), None)
    if first is None:
        return None
    before = [line for line in kept[:first] if not HEADING.match(line)]
    if open_keys and before and not before[-1].rstrip().endswith(":"):
        return None
    reader = _Lines(kept[first:], known, open_keys, gaps)
    try:
        value = reader.block(0, reader.indent(0))
    except _NotLines:
        return None
    after = kept[first + reader.at :]
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        value = _regrouped(value)
    return Notated(value, "lines", "\n".join(before), "\n".join(after)) if value else None


_COMMENT = re.compile(
    r"^(?P<fields>\s*(?:-\s+)?[A-Za-z_]\w*:\s+[^\s\"'#][^\"'#\n]{0,200}?)\s+#\s+(?P<comment>[^#\n]*)$"
)
"""A comment behind a value, as YAML has them."""


def _without_comment(line: re.Match[str]) -> str:
    return line.group() if COMMENT_DOUBT.search(line["comment"]) else line["fields"]


def _is_start(line: str, known: Known, open_keys: bool) -> bool:
    bullet = BULLET.match(line)
    match = _KEY.match(bullet["rest"] if bullet is not None else line)
    if match is None:
        return False
    return known(match["key"]) or (open_keys and bool(match["value"]) and is_entry(match["key"]))


def is_entry(key: str) -> bool:
    """Whether a key may be one of a map, rather than words that introduce an answer."""
    words = key.casefold().split()
    return len(words) <= 3 and not set(words) & _NO_ENTRY


_NO_ENTRY = frozenset(
    [
        "answer",
        "result",
        "the",
        "is",
        "total",
        "note",
        "output",
        "here",
        "response",
        "summary",
        "sum",
        "explanation",
        "reason",
        "are",
    ]
)


def _regrouped(items: list[dict[str, Any]]) -> Any:
    """Bullets that are fields of one object, rather than objects."""
    keys = [key for one in items for key in one]
    if all(len(one) == 1 for one in items) and len(set(keys)) == len(keys):
        return {key: value for one in items for key, value in one.items()}
    return items


_SAYS_MORE = re.compile(
    r"\b(?:revised|corrected|correction|updated?|new|old|former|previous|actual|actually|real|true|right|wrong|alternative\w*|or|confirmed|"
    r"unconfirmed|valid|validity|status|notes?|comments?|remarks?|warning|caveat|disclaimer|confidence|certainty|condition|unless|if|instead|final|"
    r"estimate[ds]?|approx\w*|expected|maximum|minimum|max|min|range|total|sum|ps|hint|source|reason|explanation|but|however|except|although|"
    r"though|cancel\w*|withdrawn|changed?|replaced?|only|also|not|no|step|option|example|user|human|assistant|player)\b",
    re.IGNORECASE,
)


def is_unrelated(line: re.Match[str], known: Known) -> bool:
    """Whether a line among those of an object has a key of its own, which says nothing about the fields."""
    key, value = line["key"], line["value"]
    words = re.findall(r"[^\W_]+", key)
    plain = 0 < len(words) <= 3 and is_entry(key) and 0 < len(value) <= 60 and re.search(r"[.!?]$", value) is None
    plain = plain and re.fullmatch(r"[-+]?[$€£]?[\d.,]+\s?[%$€£]?", value) is None
    return plain and not any(map(known, words)) and _SAYS_MORE.search(f"{key} {value}") is None


class _NotLines(ValueError):
    """The text is no block of keys and values."""


class _Lines:
    def __init__(self, lines: list[str], known: Known, open_keys: bool, gaps: set[str]) -> None:
        self.lines = lines
        self.known = known
        self.open_keys = open_keys
        self.gaps = gaps  # lines that stand below an empty one
        self.at = 0

    def indent(self, at: int) -> int:
        return len(self.lines[at]) - len(self.lines[at].lstrip())

    def key(self, line: str) -> re.Match[str] | None:
        match = _KEY.match(line)
        if match is None or self.known(match["key"]):
            return match
        if not self.open_keys:
            return match if self.at and line not in self.gaps and is_unrelated(match, self.known) else None
        return match if is_entry(match["key"]) else None

    def block(self, depth: int, indent: int) -> Any:
        """The object or list whose lines are indented at least so far."""
        if depth > 12:
            raise _NotLines
        items: list[Any] = []
        members: dict[str, Any] = {}
        while self.at < len(self.lines) and self.indent(self.at) >= indent:
            line = self.lines[self.at]
            bullet = BULLET.match(line)
            if bullet is not None and self.key(line) is None:
                if members:
                    if depth:
                        raise _NotLines
                    break
                items.append(self.item(depth, bullet))
                continue
            match = self.key(line)
            if match is None or items:
                if depth == 0 or (items and (match is not None or (not indent and line in self.gaps))):
                    break
                raise _NotLines
            self.at += 1
            key = match["key"]
            if key in members:
                if key != next(iter(members)) and self.member(depth, match, self.indent(self.at - 1)) == members[key]:
                    continue
                if depth or self.open_keys:
                    raise _NotLines
                items_of_blocks = [members]
                return self.more_blocks(items_of_blocks, match, indent)
            members[key] = self.member(depth, match, self.indent(self.at - 1))
        single = depth > 0 and len(items) > 1 and all(isinstance(one, dict) and len(one) == 1 for one in items)
        return (_regrouped(items) if single else items) or members

    def more_blocks(self, blocks: list[dict[str, Any]], match: re.Match[str], indent: int) -> Any:
        """Objects one below the other: the first key comes again."""
        if match["key"] != next(iter(blocks[0])):
            raise _NotLines
        blocks.append({match["key"]: self.member(0, match, indent)})
        while self.at < len(self.lines):
            again = self.key(self.lines[self.at])
            if again is None:
                break
            self.at += 1
            if again["key"] == match["key"]:
                blocks.append({})
            if again["key"] in blocks[-1]:
                raise _NotLines
            blocks[-1][again["key"]] = self.member(0, again, indent)
        return blocks

    def member(self, depth: int, match: re.Match[str], indent: int) -> Any:
        value = match["value"]
        deeper = self.at < len(self.lines) and (
            self.indent(self.at) > indent
            or (not value and BULLET.match(self.lines[self.at]) and self.indent(self.at) == indent)
        )
        if not value and deeper:
            return self.block(depth + 1, self.indent(self.at))
        if value in ("|", ">", "|-", ">-") and deeper:
            start = self.at
            while self.at < len(self.lines) and self.indent(self.at) > indent:
                self.at += 1
            cut = self.indent(start)
            rows = [line[cut:] for line in self.lines[start : self.at]]
            return ("\n" if value[0] == "|" else " ").join(rows)
        return scalar(value)

    def item(self, depth: int, bullet: re.Match[str]) -> Any:
        line = self.lines[self.at]
        rest, start = bullet["rest"], len(line) - len(bullet["rest"])
        if self.key(rest) is not None and not _QUOTED_ITEM.fullmatch(rest.strip()):
            self.lines[self.at] = " " * start + rest
            indent = self.indent(self.at)
            below = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
            own = len(bullet["indent"])
            if below and own < len(below) - len(below.lstrip()) < indent:
                self.lines[self.at] = " " * (len(below) - len(below.lstrip())) + rest
            return self.block(depth + 1, self.indent(self.at))
        self.at += 1
        return scalar(rest)


_QUOTED_ITEM = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")


def scalar(text: str) -> Any:
    """What stands behind a key or a bullet, without quotes around all of it and without emphasis."""
    bare = text.strip()
    if is_placeholder(bare):
        return Bare(bare)
    if re.fullmatch(r"\[[^\[\]{}\n]+\]", bare) and not re.search(r"\.\.\.|…", bare):
        written = _written(bare) if re.search(r"[\"'“]", bare) else None
        return written if isinstance(written, list) else [scalar(one) for one in bare[1:-1].split(",")]
    if len(bare) > 2 and bare[0] == bare[-1] == '"' and "\\" in bare and isinstance(written := _written(bare), str):
        return written
    for mark in ("**", "__", "*", "`", '"', "'", "“"):
        end = "”" if mark == "“" else mark
        inner = bare[len(mark) : -len(end)]
        if len(bare) > 2 * len(mark) and bare.startswith(mark) and bare.endswith(end) and mark not in inner:
            return Bare(inner) if mark != '"' else inner
    return None if bare in ("null", "~") else Bare(bare)


def _written(text: str) -> Any:
    """A text in quotation marks, or a list of such, with its escapes read; None if it is none."""
    try:
        read = read_relaxed(text)
    except (NotRelaxedJson, RecursionError):
        return None
    return read.value if read.end == len(text) and not read.unclosed else None


def are_sentences(text: str) -> bool:
    """Whether lines are prose: each a whole sentence, and none a heading, a key or an item."""
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    return all(_SENTENCE.fullmatch(row) is not None and BULLET.match(row) is None for row in rows)


_SENTENCE = re.compile(
    r"[*_(]*[A-Z\"“'‘][^\n]*\s[^\n]*[.!?][)\"”'’*_]*(?:\s*[\U0001F300-\U0001FAFF\u2600-\u27BF\ufe0f]+)?"
)


COUNTED = re.compile(
    r"^(?:[ \t]*[*_]{0,2}[A-Za-z]+ #?\d{1,3}[ \t]*[*_]{0,2}[:：][*_]{0,2}|[ \t]*(?:#{1,6}[ \t]+|"
    r"\*\*)[A-Za-z]+ #?\d{1,3}[*_]{0,2})[ \t]*$\n?",
    re.MULTILINE,
)
"""A line that numbers what follows, as in "Person 1:"."""
DASHED = re.compile(r"^([ \t]*(?:[-*•]\s+)?[^\W\d][^:=\n–—]{0,40}?)\s+[-–—]+>?\s+(\S+)\s*$", re.MULTILINE)
