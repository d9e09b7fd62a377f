"""numpy's arrays, scalars and generators as data, for a process that has imported numpy."""

from __future__ import annotations

import sys
from typing import Any

from interlab.errors import CorruptState, UnknownClass

BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
GENERATORS = (
    "numpy.random._generator.Generator",
    "numpy.random.mtrand.RandomState",
)
_KINDS = "biufcSUmM"


def write_array(value: Any) -> tuple[str, list[int], bytes]:
    """An array or scalar as its type, shape and bytes in C order, little-endian.

    Raises:
        TypeError: its elements are not numbers, texts, bytes or times.
    """
    if value.dtype.kind not in _KINDS:
        raise TypeError(f"its elements are of type {value.dtype}; use a list, or columns of plain types")
    plain = value.dtype.newbyteorder("<")
    return plain.str, list(value.shape), value.astype(plain).tobytes()


def numpy_module() -> Any:
    """numpy, if this process has imported it.

    Raises:
        UnknownClass: it has not.
    """
    numpy = sys.modules.get("numpy")
    if numpy is None:
        raise UnknownClass("numpy:ndarray")
    return numpy


def read_array(kind: Any, shape: Any, data: Any) -> Any:
    """The array of a type, shape and bytes.

    Raises:
        CorruptState: they don't fit each other.
    """
    numpy = numpy_module()
    if not (isinstance(kind, str) and len(kind) < 20 and kind[1:2] in set(_KINDS) and isinstance(data, bytes)):
        raise CorruptState(f"Expected the type and bytes of an array, got {str(kind)[:40]!r}.")
    dtype = numpy.dtype(kind)
    check_shape(shape, len(data), dtype.itemsize)
    return numpy.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def check_shape(shape: Any, size: int, item_size: int) -> None:
    """Raise CorruptState unless a shape has the given size, counted in units of `item_size`."""
    count = 1
    if not isinstance(shape, list) or len(shape) > 32 or not all(type(n) is int and n >= 0 for n in shape):
        raise CorruptState(f"Expected the shape of an array, got {str(shape)[:40]}.")
    for n in shape:
        count *= n
    if count * item_size != size:
        raise CorruptState(f"An array claims the shape {shape} and brings {size} bytes or elements.")


def write_generator(generator: Any) -> list[Any] | None:
    """The name and state of a bit generator; None where it is not one of numpy's own."""
    if hasattr(generator, "bit_generator"):
        state = generator.bit_generator.state
    else:
        state = generator.get_state(legacy=False)  # with the normal variate held back
    name = state["bit_generator"]
    return [name, state_to_json(state)] if name in BIT_GENERATORS else None


def state_to_json(state: Any) -> Any:
    """The state of a bit generator, dictionaries of integers and arrays, as JSON."""
    if isinstance(state, dict):
        return {key: state_to_json(value) for key, value in state.items()}
    if isinstance(state, str):
        return state
    if isinstance(state, int):
        return hex(state)
    if isinstance(state, float):
        return "f" + state.hex()
    if hasattr(state, "dtype") and not state.shape:
        return hex(int(state))
    kind, shape, data = write_array(state)
    return [kind, shape, data.hex()]


def state_from_json(tree: Any) -> Any:
    """The state of a bit generator from `state_to_json`."""
    if isinstance(tree, dict):
        return {key: state_from_json(value) for key, value in tree.items()}
    if isinstance(tree, list):
        kind, shape, data = tree
        return read_array(kind, shape, bytes.fromhex(data))
    if tree.startswith(("f0x", "f-0x")):
        return float.fromhex(tree[1:])
    return int(tree, 16) if tree.startswith("0x") else tree


def read_generator(kind: str, content: Any) -> Any:
    """A Generator or RandomState from the name and the state of its bit generator."""
    name, state = content
    if name not in BIT_GENERATORS:
        raise CorruptState(f"Expected a bit generator of numpy, got {str(name)[:40]!r}.")
    random = numpy_module().random
    bits = getattr(random, name)(0)
    full = state_from_json(state)
    # Positions in arrays, which numpy itself does not check.
    if not 0 <= full["state"].get("pos", 0) <= 624 or not 0 <= full.get("buffer_pos", 0) <= 4:
        raise CorruptState(f"The state of a {name} has a position outside its buffer.")
    if kind == GENERATORS[0]:
        bits.state = full
        return random.Generator(bits)
    made = random.RandomState(bits)
    made.set_state(full)
    return made
