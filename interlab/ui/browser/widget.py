"""The browser in a notebook's cell.

Questions and answers are custom messages, whose data never becomes part of the notebook. While a cell runs a kernel
answers nothing, so new data is sent to the widget unasked, by a thread that watches the store.
"""

from __future__ import annotations

import base64
import contextvars
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from interlab.errors import InterLabError
from interlab.tracing import NodeReading
from interlab.ui.browser import bundle
from interlab.ui.browser.backend import Backend, node_of
from interlab.ui.browser.live import Watcher
from interlab.ui.browser.protocol import Buffer, Push, refused
from interlab.ui.static_page import cell
from interlab.ui.text_tree import store_tree, text_tree

HEIGHT = 560
PICTURE_NODES = 80
PICTURE_CHARACTERS = 40_000
PICTURE_ROOTS = 5
PICTURE_LINES = 80
_START_AFTER_S = (0.4, 1.0, 3.0)
_MANY_UNASKED = 100
_SELDOM_S = 1.0

# A notebook that is opened without its kernel has no widget to show: then the picture is there. Beside a live browser
# it is hidden, in JupyterLab, Notebook, VS Code and Colab.
_HIDE = "".join(
    f"{place}:has(.il-root) .il-picture{{display:none}}"
    for place in (".jp-OutputArea", ".cell-output", ".output_container", "#output-area")
)


class _Link:
    """What goes to and fro between a backend and a widget's front end.

    Args:
        backend: what answers.
        send: sends a message with its buffers.
    """

    def __init__(self, backend: Backend, send: Callable[[dict[str, Any], list[Buffer]], None]) -> None:
        self._backend = backend
        self._send = send
        self._base64 = "google.colab" in sys.modules  # whose front end does not pass binary data on
        self._lock = threading.RLock()
        self._number = 0
        self._state: tuple[int, str] | None = None
        self._asked = self._offered = False
        self._unasked = 0
        self._sent_at = 0.0
        self._stop_listening: Callable[[], None] | None = None
        self._watcher = Watcher(backend)
        self.closed = False

    def first(self) -> bytes | None:
        """What a front end asks first, answered before it asks; None where it would have to wait for that."""
        if self._base64:
            return None
        found = self._backend.first()
        if found is None:
            return None
        value, packed = found
        self._note(value)
        return packed

    def close(self) -> None:
        """Send nothing any more."""
        self.closed = True
        if self._stop_listening is not None:
            self._stop_listening()

    def receive(self, content: Any) -> None:
        """Answer a message."""
        with self._lock:
            self._asked, self._unasked = True, 0
            self._listen()
            header, found = self._backend.answer(content)
            operation = content.get("op") if isinstance(content, dict) else None
            if operation in ("columns", "changes") and header["ok"]:
                self._note(header["value"])
            elif operation == "hello":
                self._state = None  # one that has nothing yet
            try:
                self._tell(header, found)
            except (TypeError, ValueError) as error:  # what can't be sent must not leave the other side waiting
                self._tell(refused(content, f"The answer could not be sent: {error}"), ())

    def _tell(self, header: dict[str, Any], buffers: Sequence[Buffer]) -> None:
        if self._base64:
            texts = [base64.b64encode(buffer).decode() for buffer in buffers]
            self._send({**header, "base64": texts}, [])
        else:
            self._send(header, list(buffers))

    def _note(self, value: dict[str, Any]) -> None:
        """Remember what the other side will have when it has taken this up; None while it still loads."""
        self._state = None
        if not (value["more"] or value.get("reset")):
            self._state = (value["from"] + value["rows"], value["stamp"])

    def _listen(self) -> None:
        if self._stop_listening is None:
            self._stop_listening = self._watcher.listen(self._push)

    def _push(self, push: Push) -> None:
        """Send what is new, from the watcher's thread; at least that there is something."""
        if self.closed:
            return
        if self._unasked > _MANY_UNASKED and time.monotonic() - self._sent_at < _SELDOM_S:
            time.sleep(_SELDOM_S)  # perhaps nobody looks any more
        with self._lock:
            message: dict[str, Any] = {"push": "changes", "store": push["store"]}
            buffers: Sequence[Buffer] = ()
            if self._state is not None:
                have, stamp = self._state
                request = {"op": "changes", "store": push["store"], "rows": have, "stamp": stamp}
                header, buffers = self._backend.answer(request)
                if not header["ok"]:
                    return
                value = header["value"]
                if not (value["rows"] or value["changed"] or value.get("reset")):
                    self._state = (have, value["stamp"])
                    return  # what is new is not in this view
                message["value"] = value
                self._note(value)
            self._number += 1
            self._unasked += 1
            self._sent_at = time.monotonic()
            try:
                self._tell({**message, "number": self._number}, buffers)
            except Exception:  # the kernel's connections are closed: nobody is there to be told, nor to hear of it
                self.close()

    def offer(self) -> None:
        """Send the first rows unasked, when the front end could not ask: a cell that goes on keeps the kernel from
        answering."""
        if self._offered or self.closed:
            return
        self._offered = True
        thread = threading.Thread(target=self._offering, name="interlab-offer", daemon=True)
        contextvars.Context().run(thread.start)

    def _offering(self) -> None:
        for after_s in _START_AFTER_S:
            time.sleep(after_s)
            with self._lock:
                if self._asked or self.closed:
                    return
                header, buffers = self._backend.answer({"op": "columns", "store": "0"})
                if not header["ok"]:
                    return
                value = {**header["value"], "changed": []}
                # The second script too: a kernel that is busy now may be so when it is needed.
                hello, more = self._backend.hello(), bundle.more()
                message = {"push": "start", "store": "0", "hello": hello, "value": value, "more": more}
                self._number += 1
                self._tell({**message, "number": self._number}, [*buffers, *([b""] * len(buffers))])
                self._note(value)
                self._listen()


class TraceBrowser(anywidget.AnyWidget):
    """A store, or a node and what is below it, in a notebook's cell.

    Args:
        what: an open store, a node, or a run.
        height: of the browser, in CSS pixels.
        can_remove: whether nodes may be removed in it, which asks first.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(HEIGHT).tag(sync=True)
    _first = traitlets.Bytes(None, allow_none=True).tag(sync=True)
    """Comes with the widget, so that the first rows need no question; gone once there was one."""
    _link: _Link | None = None
    _pictured = False
    """The picture stands in the cell already."""

    def __init__(self, what: Any, *, height: int = HEIGHT, can_remove: bool = True) -> None:
        node = node_of(what)
        store: Any = what if node is None else node._source
        self._what: Any = store if node is None else node
        backend = Backend([store], focus=node, can_remove=can_remove)
        link = _Link(backend, lambda message, buffers: self.send(message, buffers))
        super().__init__(_esm=bundle.script(), _css=bundle.style(), height=height, _first=link.first())
        self._link = link
        self.on_msg(lambda widget, content, buffers: self._answer(content))

    def close(self) -> None:
        """Take the browser out of the notebook, and stop watching the store."""
        if self._link is not None:
            self._link.close()
        super().close()

    def _answer(self, content: Any) -> None:
        if self._first is not None:
            self.set_trait("_first", None)
        if self._link is not None:
            self._link.receive(content)

    def show(self) -> None:
        """Show it in the cell: the browser, and a static picture for when the notebook is opened without a kernel,
        which is hidden beside the browser."""
        from IPython.display import display

        show: Any = display
        picture = {"text/html": f'<style>{_HIDE}</style><div class="il-picture">{self.picture()}</div>'} | self._text()
        self._pictured = True
        # The browser first: JupyterLab loads what sets formulas before it shows the first HTML of a page.
        show(self)
        show(picture, raw=True)

    def picture(self) -> str:
        """The first levels as HTML without scripts."""
        try:
            if isinstance(self._what, NodeReading):
                tops, levels = [self._what], 1
            else:
                tops, levels = self._what.roots()[-PICTURE_ROOTS:], 0
            return cell(tops, max_nodes=PICTURE_NODES, open_levels=levels, max_characters=PICTURE_CHARACTERS)
        except InterLabError:  # the store was closed or damaged, which the browser tells
            return ""

    def _text(self) -> dict[str, str]:
        try:
            if isinstance(self._what, NodeReading):
                return {"text/plain": text_tree(self._what, max_nodes=PICTURE_LINES)}
            return {"text/plain": store_tree(self._what, max_nodes=PICTURE_LINES)}
        except InterLabError as error:
            return {"text/plain": str(error)}

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        found = super()._repr_mimebundle_(**options)
        if found is None or self._link is None:
            return None
        self._link.offer()
        data, metadata = found
        picture = {} if self._pictured else {"text/html": self.picture()}
        return {**data, **picture, **self._text()}, metadata


def show(what: Any) -> TraceBrowser:
    """Show a store, a node or a run in the cell.

    Returns:
        The browser, for who wants to hold it.
    """
    browser = TraceBrowser(what)
    browser.show()
    return browser
