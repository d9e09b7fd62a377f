"""The names that the parts of a tuple may have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlab.queries.json_type import resolved
from interlab.queries.keys import flat
from interlab.queries.typed import Typed


def part_sets(typed: Typed) -> list[list[str]]:
    """The sets of names for the parts of the tuple that is asked for, or of the tuples in its list; none for others."""
    root = typed.wanted.schema
    for kind in (*typed.kinds, resolved(typed.item, root)):
        places = kind.get("prefixItems") if isinstance(kind, Mapping) else None
        if places:
            return _sets([resolved(one, root) for one in places])
    return []


def _sets(places: list[Mapping[str, Any]]) -> list[list[str]]:
    count = len(places)
    about = [flat(str(one.get("description") or "")) for one in places]
    told = [flat(str(one.get("title") or "")) for one in places]
    sets = [about, told, ["x", "y", "z", "w"][:count], ["first", "second", "third", "fourth"][:count]]
    if about == ["red", "green", "blue"]:
        sets.append(["r", "g", "b"])
    return [one for one in sets if all(one) and len(set(one)) == count]
