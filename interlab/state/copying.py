"""Copying one graph: the work list, and the copiers of builtin containers and of code bound to objects.

The copy is driven by a table from exact type to a copying function; a type is looked at once, when first
met. Containers are made empty and filled from a list of pending work, so that cycles need no care and
depth costs no stack.
"""

from __future__ import annotations

import builtins
import functools
import operator
import sys
import types
import warnings
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from interlab.errors import NotEncodable
from interlab.state.kinds import SHARED
from interlab.state.paths import find_path

LARGE = 10_000
"""Elements of a plain container from which copying it at every fork is worth a warning."""


class LargeCopyWarning(UserWarning):
    """A fork copied a large plain container, element by element.

    Attributes:
        where: the path to the container, such as ``env.actors[0].facts``.
        elements: how many elements it has.
    """

    def __init__(self, where: str, type_name: str, elements: int) -> None:
        super().__init__(
            f"{where} is a {type_name} of {elements:,} elements, and every fork copies it. Keep it in an "
            "interlab.state.Log, which forks share, or name the attribute in the class attribute "
            "__interlab_shared__ = (…,) if it never changes after it was made."
        )
        self.where = where
        self.elements = elements


class Fork:
    """One copy under way.

    Attributes:
        memo: copies by the id of their original; `copy.deepcopy` can go on with it.
        pending: containers and instances made, but not yet filled.
        late: dictionaries and sets whose keys must be filled before they can be hashed.
    """

    __slots__ = ("keep", "late", "memo", "name", "pending", "plan", "root")

    def __init__(self, root: Any, name: str, plan: Callable[[type], Copier]) -> None:
        self.plan = plan
        self.root = root
        self.name = name
        self.memo: dict[int, Any] = {}
        self.pending: list[tuple[Callable[[Any, Any, Fork], None], Any, Any]] = []
        self.late: list[tuple[Callable[[Any, Any], None], Any, Any]] = []
        self.keep: list[Any] = []

    def value(self, obj: Any) -> Any:
        """The copy of an object, perhaps not filled yet; the object itself where forks share it."""
        cls = type(obj)
        if cls in SHARED:
            return obj
        copier = COPIERS.get(cls)
        if copier is None:
            copier = COPIERS[cls] = self.plan(cls)
        return copier(obj, self)

    def drain(self) -> None:
        """Fill everything made so far, innermost sets and keys first."""
        pending, late = self.pending, self.late
        while pending or late:
            while pending:
                fill, original, made = pending.pop()
                fill(original, made, self)
            while late and not pending:
                insert, made, items = late.pop()
                insert(made, items)

    def fail(self, obj: Any, hint: str) -> NotEncodable:
        """The error for an object that can't be copied, with its path."""
        return NotEncodable(find_path(self.root, obj, self.name), type_name(type(obj)), hint)

    def warn_large(self, obj: Any, elements: int) -> None:
        """Warn of a large plain container, once for each path in each class of root."""
        where = find_path(self.root, obj, self.name)
        key = (type_name(type(self.root)), where)
        if key not in _warned:
            _warned.add(key)
            warnings.warn(LargeCopyWarning(where, type_name(type(obj)), elements), stacklevel=_outside())


Copier = Callable[[Any, Fork], Any]
COPIERS: dict[type, Copier] = {}
_warned: set[tuple[str, str]] = set()

# --- builtin containers ---------------------------------------------------------------------------------


def copy_list(obj: list[Any], run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:
        run.memo[id(obj)] = made = []
        run.pending.append((fill_list, obj, made))
        if len(obj) > LARGE:
            run.warn_large(obj, len(obj))
    return made


def fill_list(obj: list[Any], made: list[Any], run: Fork) -> None:
    value = run.value
    made += [item if type(item) in SHARED else value(item) for item in obj]


def copy_dict(obj: dict[Any, Any], run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:
        run.memo[id(obj)] = made = {}
        run.pending.append((_fill_plain_dict, obj, made))
        if len(obj) > LARGE:
            run.warn_large(obj, len(obj))
    return made


def _fill_plain_dict(obj: dict[Any, Any], made: dict[Any, Any], run: Fork) -> None:
    """`fill_dict` for its commonest case: a dict whose keys can't change."""
    if any(type(key) not in SHARED for key in obj):
        fill_dict(obj, made, run)
        return
    made.update(obj)
    for key, item in made.items():
        if type(item) not in SHARED:
            made[key] = run.value(item)


def fill_dict(obj: dict[Any, Any], made: dict[Any, Any], run: Fork) -> None:
    value = run.value
    insert = made.__setitem__ if isinstance(made, OrderedDict) else functools.partial(dict.__setitem__, made)
    items = []
    plain = True
    for key, item in OrderedDict.items(obj) if isinstance(obj, OrderedDict) else dict.items(obj):
        if type(key) not in SHARED:
            copied = value(key)
            plain = plain and copied is key
            key = copied
        items.append((key, item if type(item) in SHARED else value(item)))
    if not plain:
        run.late.append((_insert_items, made, items))
    elif type(made) is dict:
        made.update(items)
    else:
        for key, item in items:
            insert(key, item)


def _insert_items(made: dict[Any, Any], items: list[tuple[Any, Any]]) -> None:
    insert = OrderedDict.__setitem__ if isinstance(made, OrderedDict) else dict.__setitem__
    for key, item in items:
        insert(made, key, item)


def copy_set(obj: set[Any], run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:
        run.memo[id(obj)] = made = set()
        run.pending.append((fill_set, obj, made))
        if len(obj) > LARGE:
            run.warn_large(obj, len(obj))
    return made


def fill_set(obj: set[Any], made: set[Any], run: Fork) -> None:
    value = run.value
    originals = list(obj)
    items = [item if type(item) in SHARED else value(item) for item in originals]
    if all_same(originals, items):
        set.update(made, items)
    else:
        run.late.append((set.update, made, items))


def all_same(originals: Any, copies: Any) -> bool:
    """Whether every copy is its original."""
    return all(map(operator.is_, originals, copies))


def copy_tuple(obj: tuple[Any, ...], run: Fork) -> Any:
    for item in obj:
        if type(item) not in SHARED:
            break
    else:
        return obj
    made = run.memo.get(id(obj))
    if made is None:
        items = [run.value(item) for item in obj]
        if all_same(obj, items):
            made = obj
        elif type(obj) is tuple:
            made = tuple(items)
        else:
            made = tuple.__new__(type(obj), items)
        run.memo[id(obj)] = made
    return made


def copy_frozenset(obj: frozenset[Any], run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:
        originals = list(obj)
        items = [run.value(item) for item in originals]
        if all_same(originals, items):
            made = obj
        else:
            run.drain()  # the copies must be filled before they are hashed
            made = frozenset.__new__(type(obj), items)
        run.memo[id(obj)] = made
    return made


def copy_bytearray(obj: bytearray, run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:
        run.memo[id(obj)] = made = bytearray(obj)
        if len(obj) > 100 * LARGE:
            run.warn_large(obj, len(obj))
    return made


def copy_deque(obj: deque[Any], run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:
        run.memo[id(obj)] = made = deque(maxlen=obj.maxlen)
        run.pending.append((fill_deque, obj, made))
        if len(obj) > LARGE:
            run.warn_large(obj, len(obj))
    return made


def fill_deque(obj: deque[Any], made: deque[Any], run: Fork) -> None:
    value = run.value
    deque.extend(made, [item if type(item) in SHARED else value(item) for item in obj])


# --- code bound to objects ------------------------------------------------------------------------------


def copy_method(obj: types.MethodType, run: Fork) -> Any:
    if published(obj):
        return obj
    owner = run.value(obj.__self__)
    return obj if owner is obj.__self__ else types.MethodType(obj.__func__, owner)


def published(method: types.MethodType) -> bool:
    """Whether a module offers this bound method as a function, as `random` does with `random.choice`."""
    module = sys.modules.get(getattr(method.__func__, "__module__", None) or "")
    offered = module and module.__dict__.get(method.__func__.__name__)
    return type(offered) is types.MethodType and offered.__self__ is method.__self__


def copy_builtin(obj: Any, run: Fork) -> Any:
    owner = getattr(obj, "__self__", None)
    if owner is None or isinstance(owner, types.ModuleType | type):
        return obj
    copied = run.value(owner)
    return obj if copied is owner else getattr(copied, obj.__name__)


def copy_partial(obj: Any, run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:
        parts = (obj.func, *obj.args, *obj.keywords.values())
        copied = [run.value(part) for part in parts]
        if all_same(parts, copied):
            made = obj
        else:
            n = len(obj.args) + 1
            made = functools.partial(copied[0], *copied[1:n], **dict(zip(obj.keywords, copied[n:], strict=True)))
        run.memo[id(obj)] = made
    return made


def copy_weak_reference(obj: weakref.ref[Any], run: Fork) -> Any:
    target = obj()
    if target is None:
        return obj
    copied = run.value(target)
    run.keep.append(copied)
    return obj if copied is target else weakref.ref(copied)


def type_name(cls: type) -> str:
    return cls.__qualname__ if cls.__module__ == builtins.__name__ else f"{cls.__module__}.{cls.__qualname__}"


def _outside() -> int:
    """How many frames above its caller the first one outside this package is, as warnings count."""
    depth = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("interlab."):
        frame = frame.f_back
        depth += 1
    return depth
