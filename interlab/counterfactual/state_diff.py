"""What differs between two states, by path."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from interlab.state import Log, Map, Set, Vectors
from interlab.state.kinds import is_resource
from interlab.state.layout import layout

MAX_CHANGES = 1_000
_SHOWN = 300
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One place where two states differ.

    Args:
        path: such as ``env.seller.memory.items[3].text``.
        before, after: what stands there, as text; None where nothing does.
    """

    path: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"+ {self.path} = {self.after}"
        if self.after is None:
            return f"- {self.path} = {self.before}"
        return f"  {self.path}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class StateDiff:
    """Where two states differ. Made by `intervention.preview(env)` and `state_diff`.

    Args:
        changes: the places, in the order of the state, up to 1,000.
    """

    changes: tuple[FieldChange, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.changes)) or "Nothing would change."

    def _repr_html_(self) -> str:
        if not self.changes:
            return "<p>Nothing would change.</p>"
        rows = "".join(
            f"<tr><td><code>{html.escape(change.path)}</code></td>"
            f'<td style="text-align:left">{html.escape(change.before or "")}</td>'
            f'<td style="text-align:left">{html.escape(change.after or "")}</td></tr>'
            for change in self.changes
        )
        return (
            f"<table><thead><tr><th>where</th><th>before</th><th>after</th></tr></thead><tbody>{rows}</tbody></table>"
        )


def state_diff(before: Any, after: Any, *, name: str = "env") -> StateDiff:
    """Where two states differ, compared by structure. Private attributes are looked at where no public one of the same
    object differs: else they follow from those.

    Args:
        before, after: environments, or any objects that can be part of one.
        name: what the paths begin with.
    """
    found: list[FieldChange] = []
    for change in _differences(before, after, name, set()):
        found.append(change)
        if len(found) >= MAX_CHANGES:
            break
    return StateDiff(tuple(found))


def _differences(before: Any, after: Any, path: str, seen: set[tuple[int, int]]) -> Iterator[FieldChange]:
    if before is after or (id(before), id(after)) in seen:
        return
    if before is _ABSENT or after is _ABSENT:
        yield FieldChange(path, _text(before), _text(after))
        return
    kind = type(before)
    if kind is not type(after) or kind in _SIMPLE or isinstance(before, str) or is_resource(kind):
        if kind is not type(after) or not _equal(before, after):
            yield FieldChange(path, _text(before), _text(after))
        return
    seen.add((id(before), id(after)))
    if isinstance(before, Log):
        if not _same_log(before, after):
            yield from _items(list(before), list(after), path, seen)
    elif isinstance(before, list | tuple):
        yield from _items(list(before), list(after), path, seen)
    elif isinstance(before, dict | Map):
        for key in (*before, *(key for key in after if key not in before)):
            yield from _differences(before.get(key, _ABSENT), after.get(key, _ABSENT), f"{path}[{key!r}]", seen)
    else:
        old, new = layout(kind).attributes(before), layout(kind).attributes(after)
        if not old and not new:
            # Of objects that have nothing, one is as good as another, though `==` may tell them apart.
            own_equality: Any = kind.__eq__
            is_empty = layout(kind).plain and own_equality is object.__eq__
            if not is_empty and not _equal(before, after):
                yield FieldChange(path, _text(before), _text(after))
            return
        names = [*old, *(name for name in new if name not in old)]
        differs = False
        for name in sorted(names, key=lambda name: name.startswith("_")):  # stable: public ones first, in their order
            if differs and name.startswith("_"):
                return
            for change in _differences(old.get(name, _ABSENT), new.get(name, _ABSENT), f"{path}.{name}", seen):
                differs = True
                yield change


def _items(before: list[Any], after: list[Any], path: str, seen: set[tuple[int, int]]) -> Iterator[FieldChange]:
    """Items compared after what the lists have in common at both ends, so that one item less is one change."""
    low = 0
    while low < min(len(before), len(after)) and _equal(before[low], after[low]):
        low += 1
    high = 0
    while high < min(len(before), len(after)) - low and _equal(before[-1 - high], after[-1 - high]):
        high += 1
    old, new = before[low : len(before) - high], after[low : len(after) - high]
    for place in range(max(len(old), len(new))):
        one = old[place] if place < len(old) else _ABSENT
        other = new[place] if place < len(new) else _ABSENT
        yield from _differences(one, other, f"{path}[{low + place}]", seen)


def _same_log(one: Log[Any], other: Log[Any]) -> bool:
    try:
        return bool(one == other)
    except Exception:
        return False


def _equal(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    try:
        return bool(one == other)
    except Exception:  # arrays and the like, or an `==` of somebody's own
        return repr(one) == repr(other)


def _text(value: Any) -> str | None:
    if value is _ABSENT:
        return None
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(value).__name__} whose repr raised {type(error).__name__}>"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


_SIMPLE = {type(None), bool, int, float, complex, bytes, set, frozenset, Set, Vectors}
