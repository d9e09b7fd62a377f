"""Write browser/src/data/protocol.ts from interlab/ui/browser/protocol.py.
Run: python scripts/make_browser_types.py"""

from __future__ import annotations

import types
import typing
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, Union

from interlab.ui.browser import protocol

TARGET = Path(__file__).parents[1] / "browser" / "src" / "data" / "protocol.ts"
LONGEST = 112

HEAD = """\
// Made by scripts/make_browser_types.py from interlab/ui/browser/protocol.py, where the operations are described too.
// Change it there.

/** A JSON value in a store's stored form: plain JSON, with objects tagged by the key "$" for what JSON lacks. */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };
"""

TAIL = """\
export interface Answer<T> {
  value: T;
  buffers: DataView[];
}
"""

PLAIN = {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null", Any: "Wire"}


def type_script(hint: Any) -> str:
    """A type hint in TypeScript."""
    if hint in PLAIN:
        return PLAIN[hint]
    if typing.is_typeddict(hint):
        return str(hint.__name__)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Annotated, NotRequired):
        return type_script(arguments[0])
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in arguments)
    if origin in (Union, types.UnionType):
        return " | ".join(type_script(argument) for argument in arguments)
    if origin is list:
        inside = type_script(arguments[0])
        return f"({inside})[]" if " " in inside and not inside.startswith("[") else f"{inside}[]"
    if origin is tuple:
        return f"[{', '.join(map(type_script, arguments))}]"
    if origin is dict:
        return f"Record<{type_script(arguments[0])}, {type_script(arguments[1])}>"
    raise TypeError(f"{hint!r} has no counterpart in TypeScript.")


def said(hint: Any) -> str:
    """The text that a hint is annotated with."""
    while typing.get_origin(hint) is NotRequired:
        hint = typing.get_args(hint)[0]
    return str(typing.get_args(hint)[1]) if typing.get_origin(hint) is Annotated else ""


def interface(kind: Any) -> str:
    """A typed dictionary as an interface; what it inherits stands in it too."""
    hints = typing.get_type_hints(kind, include_extras=True)
    lines = [*comment(" ".join(kind.__doc__.split())), f"export interface {kind.__name__} {{"]
    for name, hint in hints.items():
        lines += [f"  {line}" for line in comment(said(hint))]
        optional = typing.get_origin(hint) is NotRequired or not kind.__total__
        lines.append(f"  {name}{'?' if optional else ''}: {type_script(hint)};")
    return "\n".join([*lines, "}"]) + "\n"


def comment(text: str) -> list[str]:
    """A text as a comment of short lines; of an empty one nothing."""
    if not text:
        return []
    text = text.replace("``", "`")
    if len(text) <= LONGEST - 7:
        return [f"/** {text} */"]
    lines, line = ["/**"], " *"
    for word in text.split():
        if len(line) + 1 + len(word) > LONGEST:
            lines.append(line)
            line = " *"
        line += f" {word}"
    return [*lines, line, " */"]


def source() -> str:
    """The whole of protocol.ts."""
    states = ", ".join(f"{name}: {number}" for number, name in enumerate(protocol.STATES))
    names = ", ".join(f'"{name}"' for name in protocol.STATES)
    flags = ", ".join(f"{name}: {bit}" for name, bit in protocol.FLAGS.items())
    columns = "".join(f'  ["{column.name}", "{column.type}"],\n' for column in protocol.COLUMNS)
    return (
        "\n".join(
            [
                HEAD,
                f"export const PROTOCOL = {protocol.PROTOCOL};\nexport const FILE_FORMAT = {protocol.FILE_FORMAT};\n",
                f"export const State = {{ {states} }} as const;",
                "export type State = (typeof State)[keyof typeof State];",
                f"export const STATE_NAMES = [{names}] as const;\n",
                f"export const Flag = {{ {flags} }} as const;\n",
                "/** The columns of a chunk, in the order of its buffers. */",
                f"export const COLUMNS = [\n{columns}] as const;\n",
                *(interface(kind) for kind in protocol.INTERFACES),
                TAIL,
            ]
        ).rstrip("\n")
        + "\n"
    )


if __name__ == "__main__":
    TARGET.write_text(source(), encoding="utf-8")
    print(f"{TARGET.name} is written.")
