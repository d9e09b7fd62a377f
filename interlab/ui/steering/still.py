"""A picture of a widget that stays in a saved notebook: beside the living widget it is hidden."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import anywidget

from interlab.errors import InterLabError
from interlab.people.notebook import kernel_here
from interlab.ui.html_text import escape
from interlab.ui.steering.bubbles import in_human_words

# JupyterLab tells of a widget whose kernel is gone that there is none, whatever else is in the same output: so the
# picture is an output of its own. A front end marks a widget that was answered by `.ill-live`; then the picture is
# hidden, in JupyterLab, Notebook, VS Code and Colab. A widget that came back with its saved state and has nobody to
# answer it, or the words that it can't be found, are hidden beside the picture.
_PLACES = (".jp-OutputArea", ".cell-output", ".output_container", "#output-area")
_HIDE = (
    "".join(f"{place}:has(.ill-live) .il-still{{display:none}}" for place in _PLACES)
    + ".jupyter-widgets-disconnected:has(>.ill:not(.ill-live)){display:none}"
    + ".jp-OutputArea:has(.il-still) .jp-OutputArea-output:is(.lm-Panel,.jupyter-widgets):not(:has(*)){display:none}"
)


class Still:
    """The picture of one widget, in all the cells that show it.

    Args:
        picture: makes it, as HTML without scripts.
        text: the same as text.
    """

    def __init__(self, picture: Callable[[], str], text: Callable[[], str]) -> None:
        self._picture = picture
        self._text = text
        self._id = f"interlab-{uuid.uuid4().hex}"
        self._lock = threading.Lock()
        self._shown: dict[str, str] | None = None

    def bundle(self) -> dict[str, str]:
        """The picture and its text, as a cell's output has them."""
        try:
            return self._made()
        except InterLabError as error:  # the store was closed or damaged
            words = in_human_words(error)
            return {"text/html": f"<p>{escape(words)}</p>", "text/plain": words}

    def _made(self) -> dict[str, str]:
        html = f'<style>{_HIDE}</style><div class="il-still">{self._picture()}</div>'
        return {"text/html": html, "text/plain": self._text()}

    def show(self) -> None:
        """Put it into the cell that runs."""
        with self._lock:
            self._shown = self.bundle()
            _display(self._shown, self._id, update=False)

    def refresh(self) -> None:
        """Bring it up to date where it is shown, also while no cell runs. What can't be read any more stays as it
        was."""
        with self._lock:
            if self._shown is None:
                return
            try:
                bundle = self._made()
            except InterLabError:
                return
            if bundle != self._shown:
                self._shown = bundle
                _display(bundle, self._id, update=True)


class StillWidget(anywidget.AnyWidget):
    """A widget whose picture and text stay in a saved notebook."""

    def __init__(self, **state: Any) -> None:
        self._still = Still(self.picture, self.text)
        super().__init__(**state)

    def picture(self) -> str:
        """What a notebook without its kernel shows, as HTML without scripts."""
        raise NotImplementedError

    def text(self) -> str:
        """The same as text."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        found = super()._repr_mimebundle_(**options)
        if found is None:
            return None
        data, metadata = found
        return {**data, **self._still.bundle()}, metadata

    def _ipython_display_(self, **options: Any) -> None:
        """Show it in the cell that runs, and its picture beside it."""
        from IPython.display import display

        if kernel_here() is None:  # a terminal shows the text alone
            print(self._still.bundle()["text/plain"])
            return
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        # The picture has the words: nothing is told twice where no widgets are shown.
        alone = {**data, "text/plain": f"{type(self).__name__}: run this cell to open it."}
        alone.pop("text/html", None)
        told: Any = display
        told(alone, raw=True, metadata=metadata)
        self._still.show()


def _display(bundle: dict[str, str], display_id: str, *, update: bool) -> None:
    from IPython.display import display

    told: Any = display
    told(bundle, raw=True, display_id=display_id, update=update)
