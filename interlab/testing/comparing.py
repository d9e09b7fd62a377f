"""What the checkers share: digests of states and values, where two states differ, a trace of one's own, round trips."""

from __future__ import annotations

import math
import re
import types
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from interlab.errors import ConformanceError, NotEncodable, StateError
from interlab.models import seeded
from interlab.state import Log, MemoryBlobs, Random, content_hash, decode, encode, fork
from interlab.state.kinds import is_resource
from interlab.state.layout import layout
from interlab.state.naming import recorded_name
from interlab.tracing import TracingNode, open_store
from interlab.tracing.scope import CURRENT_NODE, CURRENT_STORE, attached

T = TypeVar("T")
_ADDRESS = re.compile(r"(?<= at 0x)[0-9a-fA-F]+")
_LEAVES = (str, bytes, int, float, complex, type(None))
_CODE = (types.FunctionType, types.BuiltinFunctionType, type)


class Subject:
    """What is checked, by the name under which errors speak of it."""

    def __init__(self, name: str, root: str) -> None:
        self.name = name
        self.root = root

    def fails(
        self, check: str, *, expected: str, happened: str, advice: str, cause: BaseException | None = None
    ) -> NoReturn:
        """Raise the error that says so."""
        raise ConformanceError(self.name, check, expected=expected, happened=happened, advice=advice) from cause

    def digest(self, state: Any) -> str:
        """The content of a state as a short text; resources count by their names."""
        try:
            return content_hash(state, resource_name=_name_of, name=self.root)
        except NotEncodable as error:
            self.fails(
                "the state can be copied and written",
                expected="every attribute is a value, or a resource that declares itself one",
                happened=str(error),
                advice="keep what it was made from instead, or give its class __interlab_resource__ = True.",
                cause=error,
            )

    def must_equal(self, check: str, first: Any, second: Any, *, expected: str, advice: str) -> None:
        """Fail, naming where they differ, unless two states have the same content."""
        if self.digest(first) != self.digest(second):
            self.fails(check, expected=expected, happened=difference(first, second, self.root), advice=advice)

    def forked(self, state: T) -> T:
        """A fork, as the user would make one."""
        own: Any = getattr(state, "fork", None)
        try:
            made: T = fork(state, name=self.root) if own is None else own()
        except StateError as error:
            self.fails(
                "it can be forked",
                expected="fork() makes an independent copy",
                happened=f"{type(error).__name__}: {error}",
                advice="see the path in the message: keep values there, or declare a resource.",
                cause=error,
            )
        if made is state or type(made) is not type(state):
            self.fails(
                "it can be forked",
                expected=f"fork() makes another {type(state).__name__}",
                happened="it gave itself" if made is state else f"it gave a {type(made).__name__}",
                advice="leave fork() and __interlab_fork__ as they are, or let them make a copy of the same class.",
            )
        return made

    def restored(self, state: T) -> T:
        """The state written and read back, as by a snapshot; models are bound again by their names."""
        resources: dict[str, Any] = {}
        definitions: dict[str, Any] = {}
        for part in parts_of(state):
            if isinstance(part, types.FunctionType | type):
                definitions[recorded_name(part)] = part
                continue
            definitions[recorded_name(type(part))] = type(part)
            name = getattr(part, "__interlab_resource_name__", None)
            if name is not None:
                resources[str(name())] = part
        blobs = MemoryBlobs()
        try:
            digest = encode(state, blobs, name=self.root)
            made: T = decode(digest, blobs, resources=resources, classes=definitions)
        except StateError as error:
            self.fails(
                "the state survives a round trip",
                expected="the state is written and read back",
                happened=f"{type(error).__name__}: {error}",
                advice="keep values in attributes and functions at the top of a module; what can't be written is a "
                "resource with __interlab_resource__ = True and __interlab_resource_name__(). "
                "With round_trip=False this is not checked.",
                cause=error,
            )
        self.must_equal(
            "the state survives a round trip",
            state,
            made,
            expected="what is read back equals what was written",
            advice="keep the state in ordinary attributes, and leave __setattr__ and properties out of it.",
        )
        return made


@contextmanager
def own_trace(seed: int | None = None) -> Iterator[TracingNode]:
    """A node in a store of its own, apart from whatever is traced around it."""
    store = open_store(":memory:")
    try:
        with (
            attached([(CURRENT_NODE, None), (CURRENT_STORE, store)]),
            seeded(seed),
            TracingNode("conformance") as node,
        ):
            yield node
    finally:
        store.close()


def value_digest(value: Any) -> str:
    """A text that is equal for equal values: by content where possible, else by what `repr` shows."""
    try:
        return content_hash(value, resource_name=_name_of, name="result")
    except StateError:
        return _ADDRESS.sub("…", repr(value))


def _name_of(resource: Any) -> str:
    own = getattr(resource, "__interlab_resource_name__", None)
    if own is not None and not isinstance(resource, type):
        return str(own())
    return recorded_name(resource if isinstance(resource, types.FunctionType) else type(resource))


def parts_of(root: Any) -> Iterator[Any]:
    """Everything that a state is made of, the root first; into resources it does not look."""
    queue = deque([root])
    seen: dict[int, Any] = {}
    while queue:
        obj = queue.popleft()
        if id(obj) in seen or (isinstance(obj, _LEAVES) and not hasattr(obj, "__dict__")):
            continue
        seen[id(obj)] = obj
        yield obj
        queue.extend(child for child, _ in _children(obj))


def _children(obj: Any) -> list[tuple[Any, str]]:
    """What is in an object, with the step of the path to it."""
    found: list[tuple[Any, str]] = []
    if isinstance(obj, dict):
        for key, value in dict.items(obj):
            found += [(value, f"[{key!r:.40}]"), (key, ".keys()")]
    elif isinstance(obj, Log):
        found += [(item, f"[{place}]") for place, item in enumerate(item for chunk in obj.chunks() for item in chunk)]
    elif isinstance(obj, list | tuple | deque):
        found += [(item, f"[{place}]") for place, item in enumerate(obj)]
    elif isinstance(obj, set | frozenset):
        found += [(item, "{…}") for item in obj]
    elif isinstance(obj, types.MethodType):
        found.append((obj.__self__, ".__self__"))
    if not isinstance(obj, type) and not is_resource(type(obj)) and not isinstance(obj, Random):
        found += [(value, f".{name}") for name, value in layout(type(obj)).attributes(obj).items()]
    return found


def difference(first: Any, second: Any, root: str) -> str:
    """Where two states differ first, in words."""
    queue = deque([(first, second, root)])
    seen: dict[tuple[int, int], Any] = {}
    while queue:
        one, other, path = queue.popleft()
        if one is other or (id(one), id(other)) in seen:
            continue
        seen[id(one), id(other)] = (one, other)
        if type(one) is not type(other):
            return f"{path} is {_shown(one)} in one and {_shown(other)} in the other"
        if isinstance(one, Random):
            if one != other:
                return f"{path}, the generator, has drawn {one.position} words in one and {other.position} in the other"
            continue
        if isinstance(one, dict) and list(one) != list(other):
            return f"{path} has the keys {_shown(list(one))} in one and {_shown(list(other))} in the other"
        mine, theirs = _children(one), _children(other)
        if len(mine) != len(theirs):
            return f"{path} is {_shown(one)} in one and {_shown(other)} in the other"
        if isinstance(one, _CODE) or not mine or isinstance(one, (*_LEAVES, set, frozenset)):
            if not _same_leaf(one, other):
                return f"{path} is {_shown(one)} in one and {_shown(other)} in the other"
            continue
        queue.extend(
            (child, their_child, path + step) for (child, step), (their_child, _) in zip(mine, theirs, strict=True)
        )
    return f"the contents of {root} differ, in how its parts are shared or in a value that does not show"


def _same_leaf(one: Any, other: Any) -> bool:
    if isinstance(one, float) and math.isnan(one) and math.isnan(other):
        return True
    if isinstance(one, _CODE) or is_resource(type(one)):
        return _name_of(one) == _name_of(other)
    plain: Any = object.__eq__
    return bool(one == other) or (type(one).__eq__ is plain and not _children(one))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
