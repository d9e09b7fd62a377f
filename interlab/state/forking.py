"""Forks: structural copies of ordinary objects that share what can't change.

What is shared: immutable values, resources, code, and the past of every `Log`. The decision how a type is
copied is taken once, in `_plan`.
"""

from __future__ import annotations

import copy
import functools
import types
import weakref
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any, TypeVar

from interlab.errors import NotEncodable, StateError
from interlab.state import copying, kinds
from interlab.state.copying import COPIERS, LARGE, Copier, Fork, type_name
from interlab.state.kinds import RESOURCES, SHARED
from interlab.state.layout import builtin_base, keeps_own_copy_rule, layout

T = TypeVar("T")


def fork(obj: T, *, name: str = "env") -> T:
    """Copy a graph of ordinary objects, sharing what can't change.

    Instances are copied by their attributes (``__dict__`` and ``__slots__``), without running
    ``__init__``; dataclasses, pydantic models, builtin containers and their subclasses, numpy arrays and
    generators too. Aliases stay aliases and cycles stay cycles. Shared with the original are immutable
    values, functions, classes, modules, resources (locks, threads, sockets, connections, loggers, classes
    with ``__interlab_resource__ = True``, types given to `register_resource`) and attributes named in the
    class attribute ``__interlab_shared__``. A bound method is bound to the copy of its owner. A function
    that closes over the original still sees the original. A class may define
    ``__interlab_fork__(self, fork_value)`` and return its own copy, made of ``fork_value(part)``.

    Args:
        obj: the object to copy.
        name: what errors and warnings call it, as the start of a path.

    Returns:
        The copy; the object itself if nothing in it can change.

    Raises:
        NotEncodable: a generator, an open file, … is part of it; the error names the path.
    """
    run = Fork(obj, name, _plan)
    try:
        copied: T = run.value(obj)
        if run.pending:
            run.drain()
    except RecursionError:
        raise NotEncodable(
            name, type_name(type(obj)), "It nests tuples or frozen objects too deeply; keep them in a list."
        ) from None
    return copied


# --- instances ------------------------------------------------------------------------------------------


def is_fixed_record(obj: Any) -> bool:
    """Whether an object is a frozen record of nothing but immutable values, found without copying it. False says
    nothing: only the slots of frozen classes are looked at."""
    cls = type(obj)
    getters = _SLOT_GETTERS.get(cls)
    if getters is None:
        getters = _SLOT_GETTERS[cls] = _slot_getters(cls)
    try:
        return bool(getters) and SHARED.issuperset([type(get(obj)) for get in getters])
    except AttributeError:  # a slot never set
        return False


def _slot_getters(cls: type) -> tuple[Callable[[Any], Any], ...]:
    if "__slots__" not in cls.__dict__ or cls.__dictoffset__ or getattr(cls, "__interlab_fork__", None) is not None:
        return ()
    shape = layout(cls)
    return tuple(member.__get__ for member in shape.slots.values()) if shape.plain and shape.frozen else ()


_SLOT_GETTERS: dict[type, tuple[Callable[[Any], Any], ...]] = {}


def _instance_copier(cls: type) -> Copier:
    """A copier for classes whose instances hold nothing but attributes."""
    shape = layout(cls)
    new = object.__new__
    fill = _attribute_filler(cls)

    if cls.__dictoffset__ == 0 and not shape.slots:
        return lambda obj, run: run.memo.setdefault(id(obj), new(cls))

    def copy_instance(obj: Any, run: Fork) -> Any:
        made = run.memo.get(id(obj))
        if made is None:
            run.memo[id(obj)] = made = new(cls)
            run.pending.append((fill, obj, made))
        return made

    if not shape.frozen:
        return copy_instance

    def copy_frozen(obj: Any, run: Fork) -> Any:
        made = run.memo.get(id(obj))
        if made is None:
            if _unchanging(shape.attributes(obj), run, shape.pydantic):
                run.memo[id(obj)] = made = obj
            else:
                made = copy_instance(obj, run)
        return made

    return copy_frozen


def _unchanging(attributes: dict[str, Any], run: Fork, pydantic: bool) -> bool:
    for name, item in attributes.items():
        if type(item) not in SHARED and run.value(item) is not item:
            # pydantic's own record of the fields that were given is a set, and part of the promise
            if pydantic and name == "__pydantic_fields_set__":
                continue
            return False
    return True


def _attribute_filler(cls: type) -> Callable[[Any, Any, Fork], None]:
    shape = layout(cls)
    slots = tuple((name, member.__get__, member.__set__) for name, member in shape.slots.items())
    shared = shape.shared
    has_dict = shape.has_dict
    assign: Any = cls.__setattr__
    plain_setattr = assign is object.__setattr__  # frozen dataclasses and pydantic models refuse

    def fill(obj: Any, made: Any, run: Fork) -> None:
        if has_dict:
            attributes = obj.__dict__.copy()
            for name, item in attributes.items():
                if type(item) not in SHARED and name not in shared:
                    attributes[name] = run.value(item)
            if plain_setattr:
                made.__dict__ = attributes
            else:
                object.__setattr__(made, "__dict__", attributes)
        for name, get, put in slots:
            try:
                item = get(obj)
            except AttributeError:
                continue  # a slot never set
            put(made, item if type(item) in SHARED or name in shared else run.value(item))

    return fill


def _subclass_copier(cls: type, base: Any, fill_items: Callable[[Any, Any, Fork], None] | None) -> Copier:
    """A copier for subclasses of mutable builtins: made blank, then items and attributes."""
    fill_attributes = _attribute_filler(cls)

    def copy_subclass(obj: Any, run: Fork) -> Any:
        made = run.memo.get(id(obj))
        if made is None:
            run.memo[id(obj)] = made = base.__new__(cls)
            if isinstance(obj, defaultdict):
                made.default_factory = run.value(obj.default_factory)
            elif isinstance(obj, deque):
                deque.__init__(made, (), obj.maxlen)
            elif isinstance(obj, bytearray):
                bytearray.__init__(made, obj)
            if fill_items is not None:
                run.pending.append((fill_items, obj, made))
                if len(obj) > LARGE:
                    run.warn_large(obj, len(obj))
            run.pending.append((fill_attributes, obj, made))
        return made

    return copy_subclass


def _immutable_copier(cls: type, copy_items: Copier) -> Copier:
    """A copier for subclasses of immutable builtins that may carry attributes."""
    shape = layout(cls)
    fill = _attribute_filler(cls)

    def copy_immutable(obj: Any, run: Fork) -> Any:
        made = run.memo.get(id(obj))
        if made is None:
            copied = copy_items(obj, run)
            attributes = shape.attributes(obj)
            if copied is obj and not _unchanging(attributes, run, False):
                copied = builtin_base(cls).__new__(cls, obj)
            made = copied
            if made is not obj and attributes:
                run.pending.append((fill, obj, made))
            run.memo[id(obj)] = made
        return made

    return copy_immutable


def _own_fork(obj: Any, run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:

        def fork_value(part: Any) -> Any:
            run.keep.append(part)  # its id must stay its own while the memo knows it
            return run.value(part)

        made = obj.__interlab_fork__(fork_value)
        made = run.memo.setdefault(id(obj), made)
    return made


def _copy_deeply(obj: Any, run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:
        try:
            made = copy.deepcopy(obj, run.memo)
        except (StateError, RecursionError):
            raise
        except Exception as error:
            raise run.fail(
                obj,
                f"It has state outside Python attributes and can't be copied ({error}). Give its class "
                "__interlab_fork__(self, fork_value), or declare it a resource that forks share: "
                "__interlab_resource__ = True on the class, or interlab.state.register_resource(type).",
            ) from error
        run.memo[id(obj)] = made
    return made


def _copy_array(obj: Any, run: Fork) -> Any:
    made = run.memo.get(id(obj))
    if made is None:
        run.memo[id(obj)] = made = obj.copy(order="K")
        if obj.dtype.hasobject:
            run.pending.append((_fill_array, obj, made))
    return made


def _fill_array(obj: Any, made: Any, run: Fork) -> None:
    if obj.dtype != object:
        raise run.fail(obj, "Arrays of records that hold objects can't be copied; use a list of dataclasses.")
    for index in range(obj.size):
        made.flat[index] = run.value(obj.flat[index])


def _copy_exception(obj: BaseException, run: Fork) -> Any:
    """A copy without traceback and context: those belong to the run that raised it."""
    made = run.memo.get(id(obj))
    if made is None:
        cls = type(obj)
        run.memo[id(obj)] = made = builtin_base(cls).__new__(cls, *obj.args)
        made.args = tuple(run.value(item) for item in obj.args)
        run.pending.append((_attribute_filler(cls), obj, made))
    return made


def _impossible(hint: str) -> Copier:
    def refuse(obj: Any, run: Fork) -> Any:
        raise run.fail(obj, hint)

    return refuse


def _share(obj: Any, run: Fork) -> Any:
    return obj


def _plan(cls: type) -> Copier:
    """Decide once how instances of a class are copied."""
    if kinds.is_resource(cls):
        SHARED.add(cls)
        RESOURCES.add(cls)
        return _share
    if getattr(cls, "__interlab_fork__", None) is not None:
        return _own_fork
    hint = kinds.why_impossible(cls)
    if hint is not None:
        return _impossible(hint)
    if kinds.is_immutable(cls):
        if issubclass(cls, str | bytes | int | float | complex) and cls.__dictoffset__ and not _is_enum(cls):
            return _immutable_copier(cls, _share)
        SHARED.add(cls)
        return _share
    if issubclass(cls, tuple | frozenset):
        copy_items: Copier = copying.copy_tuple if issubclass(cls, tuple) else copying.copy_frozenset
        return _immutable_copier(cls, copy_items) if cls.__dictoffset__ else copy_items
    for base, fill_items in _CONTAINERS:
        if issubclass(cls, base):
            return _subclass_copier(cls, base, fill_items)
    if "numpy.ndarray" in kinds.mro_names(cls) and not cls.__dictoffset__:
        return _copy_array
    if issubclass(cls, BaseException):
        return _copy_exception
    if keeps_own_copy_rule(cls):
        return _copy_deeply
    if layout(cls).plain:
        return _instance_copier(cls)
    return _copy_deeply


def _is_enum(cls: type) -> bool:
    return "enum.Enum" in kinds.mro_names(cls)


_CONTAINERS: list[tuple[Any, Callable[[Any, Any, Fork], None] | None]] = [
    (list, copying.fill_list), (OrderedDict, copying.fill_dict), (defaultdict, copying.fill_dict),
    (dict, copying.fill_dict), (set, copying.fill_set), (deque, copying.fill_deque), (bytearray, None),
]  # fmt: skip

_FIXED: dict[type, Copier] = {
    list: copying.copy_list,
    dict: copying.copy_dict,
    set: copying.copy_set,
    tuple: copying.copy_tuple,
    frozenset: copying.copy_frozenset,
    bytearray: copying.copy_bytearray,
    deque: copying.copy_deque,
    types.MethodType: copying.copy_method,
    types.BuiltinFunctionType: copying.copy_builtin,
    types.MethodWrapperType: copying.copy_builtin,
    functools.partial: copying.copy_partial,
    weakref.ref: copying.copy_weak_reference,
}
COPIERS.update(_FIXED)


def register_copier(cls: type, copier: Copier) -> None:
    """Have instances of exactly this class copied by a function of this package."""
    _FIXED[cls] = copier
    COPIERS[cls] = copier


def _forget_plans() -> None:
    COPIERS.clear()
    COPIERS.update(_FIXED)
    _SLOT_GETTERS.clear()


kinds.forget_with(_forget_plans)
