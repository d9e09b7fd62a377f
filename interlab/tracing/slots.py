"""Slots: which of several strands of work some code belongs to, told by where it was started, never by when it runs.

Work that runs side by side is numbered by its place in the list, so that what is counted in it (samples of a model's
reply, seeds) does not depend on the order of arrival. Each slot counts on from what was counted before the work
began, as if it were alone; what the others count meanwhile it does not see.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, TypeVar

from interlab.tracing.scope import carry

R = TypeVar("R")

_lock = threading.RLock()


class _Kept:
    """What a fan knows of one owner.

    Attributes:
        bases: what had been counted of each thing when the first of the slots asked for it.
        repeats: how often the same was asked in any of the slots.
        taken: what may go to one of the slots only.
    """

    __slots__ = ("bases", "owner", "repeats", "taken")

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self.bases: dict[Any, int] = {}
        self.repeats: dict[int, int] = {}
        self.taken: set[Any] = set()


class Fan:
    """Slots that run side by side, all begun in one other slot."""

    __slots__ = ("__weakref__", "_kept", "outer")

    def __init__(self, outer: Slot) -> None:
        self.outer = outer
        self._kept: dict[int, _Kept] = {}

    def of(self, owner: Any) -> _Kept:
        """What is known of an owner; forgotten with it, since the slots of threads may last long."""
        kept = self._kept.get(id(owner))
        if kept is None:
            fan, key = weakref.ref(self), id(owner)

            def forget(_: Any) -> None:
                there = fan()
                if there is not None:
                    there._kept.pop(key, None)

            try:
                kept = _Kept(weakref.ref(owner, forget))
            except TypeError:  # an id is its object's own only as long as that lives
                kept = _Kept(owner)
            self._kept[key] = kept
        return kept

    def take(self, owner: Any, thing: Any) -> bool:
        """Take something for one slot; False when another has it."""
        with _lock:
            taken = self.of(owner).taken
            if thing in taken:
                return False
            taken.add(thing)
            return True


class Slot:
    """One strand of work.

    Args:
        path: its place among those it was started with, behind the path of the slot that started them.
        fan: those it was started with; None for a strand that stands alone.
    """

    __slots__ = ("_counts", "_numbers", "_strands", "fan", "path")

    def __init__(self, path: tuple[int | str, ...] = (), fan: Fan | None = None) -> None:
        self.path = path
        self.fan = fan
        self._counts: dict[Any, int] = {}
        self._strands: Fan | None = None
        self._numbers: dict[str, int] = {}

    def count(self, owner: Any, thing: Any, total: int) -> int:
        """Count one more of something.

        Args:
            owner: whose count it is.
            thing: what of its owner is counted; hashable.
            total: how many its owner counted so far, in all slots; the owner adds this one.

        Returns:
            How many came before, as this slot sees it.
        """
        if self.fan is None:
            return total
        key = (id(owner), thing)
        with _lock:
            seen = self._seen(owner, thing, total)
            slot = self
            while slot.fan is not None:
                slot._counts[key] = slot._counts.get(key, 0) + 1
                slot = slot.fan.outer
            return seen

    def uncount(self, owner: Any, thing: Any) -> None:
        """Take back one that was counted."""
        with _lock:
            slot = self
            while slot.fan is not None:
                slot._counts[id(owner), thing] -= 1
                slot = slot.fan.outer

    def again(self, owner: Any, thing: Any) -> int:
        """How often this was called for the same thing in slots side by side, in the order of arrival.

        Args:
            owner: whose thing it is, counted before with `count`.
            thing: anything hashable.
        """
        fan = self.fan
        if fan is None:
            return 0
        while fan.outer.fan is not None:
            fan = fan.outer.fan
        key = hash(thing)
        with _lock:
            repeats = fan.of(owner).repeats
            before = repeats.get(key, 0)
            repeats[key] = before + 1
            return before

    def _seen(self, owner: Any, thing: Any, total: int) -> int:
        if self.fan is None:
            return total
        bases = self.fan.of(owner).bases
        base = bases.get(thing)
        if base is None:  # nobody of the fan has counted it: all that is counted was counted before
            base = bases[thing] = self.fan.outer._seen(owner, thing, total)
        return base + self._counts.get((id(owner), thing), 0)

    def strand(self, work: Any = None) -> Slot:
        """The slot of a thread started here. Those that run the same function are numbered in the order in which they
        are started; threads that libraries start in between do not matter.

        Args:
            work: the function, or the thread.
        """
        name = _name_of(work)
        with _lock:
            if self._strands is None:
                self._strands = Fan(self)
            number = self._numbers[name] = self._numbers.get(name, 0) + 1
            return Slot((*self.path, f"{name} {number}"), self._strands)

    def __repr__(self) -> str:
        return f"<Slot {'/'.join(map(str, self.path)) or 'alone'}>"


def _name_of(work: Any) -> str:
    if isinstance(work, threading.Thread):
        work = getattr(work, "_target", None) or type(work)
    while isinstance(work, functools.partial):
        work = work.func
    return str(getattr(work, "__qualname__", None) or type(work).__qualname__)


CURRENT_SLOT: ContextVar[Slot] = ContextVar("interlab_slot", default=Slot())  # noqa: B039  # replaced, never emptied
carry(CURRENT_SLOT, Slot.strand)


def placed(callables: Iterable[Callable[[], R]]) -> list[Callable[[], R]]:
    """Functions to be run side by side, each in the slot of its place, in whichever thread it runs.

    Args:
        callables: functions without arguments.

    Returns:
        The functions in the same order; each is to be called once.
    """
    outer = CURRENT_SLOT.get()
    fan = Fan(outer)
    return [_in_slot(one, Slot((*outer.path, place), fan)) for place, one in enumerate(callables)]


def _in_slot(function: Callable[[], R], slot: Slot) -> Callable[[], R]:
    def run() -> R:
        before = CURRENT_SLOT.get()
        CURRENT_SLOT.set(slot)
        try:
            return function()
        finally:
            CURRENT_SLOT.set(before)

    return run
