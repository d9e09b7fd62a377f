"""Recorded replies of real models, for notebooks and tests that must run without them."""

from __future__ import annotations

from pathlib import Path

from interlab.errors import InvalidArgument

_FOLDER = Path(__file__).parent / "recordings"


def recorded(name: str) -> Path:
    """The path of a cassette that ships with the zoo, for ``il.replies("replay", source=…)``.

    Args:
        name: of the cassette: ``"pets"``, a talk about pets and typed questions after it, asked of
            SmolLM2-135M-Instruct (Apache-2.0) with `notebooks/06_record_and_replay.ipynb`.

    Returns:
        The path of a store that holds replies only.

    Raises:
        InvalidArgument: no cassette of that name; the message lists those there are.
    """
    known = {path.stem: path for path in sorted(_FOLDER.glob("*.db"))}
    if name not in known:
        raise InvalidArgument(f"No recording is called {name!r}; there is {', '.join(known) or 'none'}.")
    return known[name]
