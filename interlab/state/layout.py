"""How the instances of a class keep their attributes, so that they are copied without running its code."""

from __future__ import annotations

import types
from typing import Any

_HEAP_TYPE = 1 << 9
"""The flag of classes made by a class statement."""
_POINTER_BYTES = object().__sizeof__() // 2


class Layout:
    """The attributes of a class's instances.

    Attributes:
        has_dict: instances have a ``__dict__``.
        slots: descriptors of the slots, by name; private names are mangled as in the class.
        frozen: instances promise not to change (frozen dataclasses and pydantic models).
        pydantic: the class is a pydantic model.
        fields: names of a pydantic model's fields.
        shared: names of attributes that forks share (``__interlab_shared__``).
        plain: instances hold nothing but attributes: no state in C that a copy would lose.
    """

    __slots__ = ("cls", "fields", "frozen", "has_dict", "plain", "pydantic", "shared", "slots")

    def __init__(self, cls: type) -> None:
        self.cls = cls
        self.has_dict = cls.__dictoffset__ != 0
        self.slots: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            if not base.__flags__ & _HEAP_TYPE or "__slots__" not in base.__dict__:
                continue  # only classes made by a class statement declare slots
            for name, member in base.__dict__.items():
                if isinstance(member, types.MemberDescriptorType):
                    self.slots[name] = member
        self.pydantic = "__pydantic_fields_set__" in self.slots
        self.fields = set(getattr(cls, "__pydantic_fields__", ())) if self.pydantic else set()
        config = getattr(cls, "model_config", None) if self.pydantic else None
        params = getattr(cls, "__dataclass_params__", None)
        self.frozen = bool(
            (isinstance(config, dict) and config.get("frozen")) or (params is not None and params.frozen)
        )
        shared = getattr(cls, "__interlab_shared__", ())
        self.shared = frozenset([shared] if isinstance(shared, str) else shared)
        self.plain = self._holds_only_attributes()

    def _holds_only_attributes(self) -> bool:
        try:
            object.__new__(self.cls)
        except TypeError:
            return False  # its own C constructor, or abstract methods: see `new`
        pointers = 2 + len(self.slots) + 2  # head; slots; dictionary and weak references
        return self.cls.__basicsize__ <= pointers * _POINTER_BYTES

    def attributes(self, obj: Any) -> dict[str, Any]:
        """The attributes of an instance, read without its properties or ``__getattr__``."""
        found = dict(obj.__dict__) if self.has_dict else {}
        for name, member in self.slots.items():
            try:
                found[name] = member.__get__(obj)
            except AttributeError:
                continue  # a slot never set
        return found

    def restore(self, obj: Any, attributes: dict[str, Any]) -> None:
        """Set attributes on a blank instance without its properties or ``__setattr__``.

        Raises:
            TypeError: an attribute has no slot, and the instances have no ``__dict__``.
        """
        slots = self.slots
        rest = {}
        for name, value in attributes.items():
            if name in slots:
                slots[name].__set__(obj, value)
            else:
                rest[name] = value
        if self.has_dict:
            obj.__dict__.update(rest)
        elif rest:
            raise TypeError(f"{self.cls.__qualname__} has no attribute {next(iter(rest))!r}")


_layouts: dict[type, Layout] = {}


def layout(cls: type) -> Layout:
    """The layout of a class, worked out once."""
    found = _layouts.get(cls)
    if found is None:
        found = _layouts[cls] = Layout(cls)
    return found


def keeps_own_copy_rule(cls: type) -> bool:
    """Whether the class (not pydantic on its behalf) defines ``__deepcopy__``."""
    for base in cls.__mro__:
        if "__deepcopy__" in base.__dict__:
            return not base.__module__.startswith("pydantic")
    return False


def builtin_base(cls: type) -> Any:
    """The nearest base that no class statement made, whose constructor runs no code of the class."""
    return next(base for base in cls.__mro__ if not base.__flags__ & _HEAP_TYPE)
