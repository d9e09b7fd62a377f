"""The browser and a trace in one HTML file that opens from disk, offline.

The data stands in the page as gzip in base64, in blocks that are read when they are looked at: columns of all nodes,
the fields of 256 nodes each, and values, each of them once, in the order in which nodes need them. See `FileManifest`
in the protocol.
"""

from __future__ import annotations

import base64
import gzip
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from interlab.errors import InvalidArgument, NodeNotFound
from interlab.tracing import NodeReading, Store
from interlab.tracing.transfer import Held
from interlab.ui.browser import bundle
from interlab.ui.browser.backend import Backend, node_of
from interlab.ui.browser.details import fields_of, references, value_of
from interlab.ui.browser.facts import MAX_NAME
from interlab.ui.browser.protocol import FILE_FORMAT, REMOVED, DetailsBlock, FileManifest, FileNode, ValuesBlock, pack
from interlab.ui.browser.talk import talk_of
from interlab.ui.html_text import escape

MAX_FILE = 50_000_000
"""Bytes of a file at most; browsers and mail take no pleasure in larger ones."""
NODES_PER_BLOCK = 256
VALUES_BLOCK = 256_000
"""Bytes of values in a block, before they are compressed."""
MAX_TALKS = 200
PROGRESS_AFTER_S = 2.0
_EXPORTS = re.compile(r"export\s*\{([^{}]*)\};?\s*$")


def write_file(what: Any, path: str | Path, *, title: str | None = None, progress: bool = True) -> Path:
    """Write a node and all below it, or a whole store, as one HTML file that opens offline.

    Args:
        what: a node, a run, or an open store.
        path: where to.
        title: of the page; by default the node's name, or the store's.
        progress: show a progress bar when it takes longer than two seconds.

    Returns:
        The path written.

    Raises:
        InvalidArgument: the file would be larger than 50 MB, or its folder does not exist. Nothing is written then.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise InvalidArgument(f"The folder {target.parent} does not exist; make it before writing into it.")
    node = node_of(what)
    store: Any = what if node is None else node._source
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        written = Path(file.name)
        try:
            _Writer(store, node, file, title, progress).write()
        except BaseException:
            file.close()
            written.unlink(missing_ok=True)
            raise
    written.chmod(0o644)
    written.replace(target)
    return target


class _Writer:
    def __init__(
        self, store: Store, node: NodeReading | None, file: IO[bytes], title: str | None, progress: bool
    ) -> None:
        self._store = store
        self._file = file
        self._progress = progress
        self._backend = Backend([store], focus=node, title=title)
        self._size = 0
        self._where: dict[bytes, int] = {}
        self._values: ValuesBlock = {"values": {}, "where": {}}
        self._values_size = 0
        self._value_blocks = 0
        self._long: set[int] = set()

    def write(self) -> None:
        """Write all of it."""
        script = _inline_script()
        self._put(_head(self._backend.title, script).encode())
        keys, manifest, talks = self._columns()
        for number, (row, end) in enumerate(talks.items()):
            talk = talk_of(self._store, self._backend.view("0"), keys[row], end=end)
            manifest["talks"][str(row)] = number
            self._block(f"il-talk-{number}", orjson.dumps(talk))
        for number, nodes in enumerate(self._blocks_of(keys)):
            block: DetailsBlock = {"nodes": [], "where": {}}
            for key in nodes:
                block["nodes"].append(self._node(key, block))
            self._block(f"il-details-{number}", orjson.dumps(block))
        self._end_values()
        manifest["values"] = self._value_blocks
        self._block("il-more", bundle.inline_more().encode())
        self._block("il-manifest", orjson.dumps(manifest))
        self._put(f'<script type="module">{script}</script></body></html>\n'.encode())

    def _columns(self) -> tuple[list[int], FileManifest, dict[int, int]]:
        """Write the columns; returns the nodes' keys, the manifest so far, and the rows that have a conversation, with
        where in the index it ends."""
        view = self._backend.view("0")
        packed: list[bytes] = []
        first: list[int] = []
        with view.index.lock:
            view.index.update()
            view.refresh()
            rows, columns = len(view), view.rows.columns
            begin = 0
            while begin < rows or not first:
                answer = view.columns(begin)
                first.append(begin)
                packed.append(b"".join(pack({"id": 0, "ok": True, "value": answer.value}, answer.buffers)))
                begin += answer.value["rows"] or 1
            there = [view.row(place) for place in range(rows)]
            keys = [int(columns.ids[row]) for row in there]
            cut = {number for number, name in enumerate(view.rows.contents.names.entries) if len(name) >= MAX_NAME}
            self._long = {columns.ids[row] for row in there if columns.name[row] in cut} if cut else set()
            kinds = view.rows.contents.kinds.entries
            run = kinds.index("run") if "run" in kinds else -1
            ends = list(range(1, len(columns) + 1))
            for row in range(len(columns) - 1, -1, -1):
                parent = columns.parent[row]
                if parent >= 0 and ends[row] > ends[parent]:
                    ends[parent] = ends[row]
            tops = [
                place
                for place, row in enumerate(there)
                if columns.state[row] != REMOVED and (columns.kind[row] == run or not view.parents(place))
            ]
            talks = {place: ends[there[place]] for place in tops[:MAX_TALKS]}
        for number, data in enumerate(packed):
            self._block(f"il-columns-{number}", data)
        manifest: FileManifest = {
            "format": FILE_FORMAT, "hello": self._backend.hello(), "rows": rows, "columns": first,
            "detailsPer": NODES_PER_BLOCK, "values": 0, "talks": {},
            "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }  # fmt: skip
        return keys, manifest, talks

    def _blocks_of(self, keys: list[int]) -> Iterator[list[int]]:
        from tqdm import tqdm

        with tqdm(
            total=len(keys), desc="writing", unit=" nodes", leave=False, delay=PROGRESS_AFTER_S,
            disable=not self._progress,
        ) as bar:  # fmt: skip
            for begin in range(0, len(keys), NODES_PER_BLOCK):
                block = keys[begin : begin + NODES_PER_BLOCK]
                yield block
                bar.update(len(block))

    # Nodes and values ---------------------------------------------------------------------------------

    def _node(self, key: int, block: DetailsBlock) -> FileNode:
        try:
            fields = fields_of(self._store, key)
        except NodeNotFound:  # removed
            return {"uid": self._store.uid_of(key), "fields": {}}
        for one in references(list(fields.values())):
            self._put_value(one)
            block["where"][one.key.hex()] = self._where[one.key]
        node: FileNode = {"uid": self._store.uid_of(key), "fields": fields}
        if key in self._long:
            node["name"] = self._store.node_by_id(key).name
        return node

    def _put_value(self, top: Held) -> None:
        """Put a value into a block, behind those it refers to."""
        # A stack instead of recursion: the links of a long list are nested deeply.
        todo: list[tuple[Held, Any, list[Held]] | Held] = [top]
        begun: set[bytes] = set()
        while todo:
            one = todo.pop()
            if isinstance(one, Held):
                if one.key in self._where or one.key in begun:
                    continue
                begun.add(one.key)
                wire, more = value_of(self._store, one)
                todo.append((one, wire, more))
                todo.extend(more)
            else:
                self._place(*one)

    def _place(self, one: Held, wire: Any, refers: list[Held]) -> None:
        number = self._where[one.key] = self._value_blocks
        self._values["values"][one.key.hex()] = wire
        for other in refers:
            place = self._where.get(other.key, number)
            if place != number:
                self._values["where"][other.key.hex()] = place
        self._values_size += len(orjson.dumps(wire))
        if self._values_size >= VALUES_BLOCK:
            self._end_values()

    def _end_values(self) -> None:
        if self._values["values"]:
            self._block(f"il-values-{self._value_blocks}", orjson.dumps(self._values))
            self._value_blocks += 1
        self._values, self._values_size = {"values": {}, "where": {}}, 0

    # Bytes --------------------------------------------------------------------------------------------

    def _block(self, name: str, data: bytes) -> None:
        text = base64.b64encode(gzip.compress(data, 6, mtime=0))
        self._put(b'<script type="application/octet-stream;base64" id="%s">%s</script>\n' % (name.encode(), text))

    def _put(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > MAX_FILE:
            in_memory = self._store.journal.in_memory
            first = "Export it with store.export(node, 'lab.db'), then look" if in_memory else "Look"
            place = "lab.db" if in_memory else self._store.path
            raise InvalidArgument(
                f"A file of {self._backend.title!r} would be over {MAX_FILE // 1_000_000} MB. {first} at it with "
                f"`interlab view {place}`, or write a part of it: a run, or a step."
            )
        self._file.write(data)


def _head(title: str, script: str) -> str:
    policy = (
        f"default-src 'none'; script-src {bundle.digest(script)} {bundle.digest(bundle.inline_more())}; "
        "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    style = re.sub("</(?=style)", r"<\\/", bundle.style(), flags=re.IGNORECASE)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta http-equiv="x-dns-prefetch-control" content="off"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"{bundle.ICON}<title>{escape(title)}</title><style>{style}</style></head>"
        # The script is at the end: what was cut off on its way shows this and nothing else.
        '<body><div id="il"><p class="il-unread">This file is being read. If this stays here, the file is not whole: '
        "have it sent or written again.</p></div>"
        "<noscript>This file shows its trace by a script of its own.</noscript>\n"
    )


def _inline_script() -> str:
    """The module with a start in place of its exports: a module within a page has nobody to export to."""
    script = bundle.script()
    found = _EXPORTS.search(script)
    names = dict(re.findall(r"([\w$]+)\s+as\s+([\w$]+)", found[1])) if found else {}
    by_export = {exported: local for local, exported in names.items()}
    if found is None or not {"mount", "FileTransport"} <= by_export.keys():
        raise InvalidArgument("The trace browser's module does not export mount and FileTransport; build it again.")
    start = f'{by_export["mount"]}(document.getElementById("il"),new {by_export["FileTransport"]}(),{{host:"file"}});'
    # Nothing in it may end the element it stands in.
    return re.sub("<(?=/script|!--)", r"\\x3c", script[: found.start()] + start, flags=re.IGNORECASE)
