"""Ask the real model for what a notebook replays, and write its cassette: python scripts/record_notebook.py

It runs the code of notebooks/06_record_and_replay.ipynb with the mode "auto" and a new cassette. The models it asks
must be installed (`make setup` does that). A notebook whose requests have changed fails in the tests until this has
run again.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import interlab as il

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "06_record_and_replay.ipynb"
CASSETTE = ROOT / "zoo" / "interlab_zoo" / "recordings" / "pets.db"
REPLACED = {'MODE = "replay"': 'MODE = "auto"', 'CASSETTE = recorded("pets")': "CASSETTE = ASKED"}


def main() -> None:
    cells = [cell for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    sources = ["".join(cell["source"]) for cell in cells if cell["metadata"].get("interlab") != "install"]
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            asked = Path(folder) / "asked.db"
            names: dict[str, Any] = {"__name__": "__main__", "ASKED": asked}
            for source in sources:
                for old, new in REPLACED.items():
                    source = source.replace(old, new)
                exec(compile(source, NOTEBOOK.name, "exec", dont_inherit=True), names)
            CASSETTE.parent.mkdir(exist_ok=True)
            CASSETTE.unlink(missing_ok=True)
            with il.open_store(asked) as store:
                store.cassette(CASSETTE)
            store.close()
        finally:
            os.chdir(before)
    print(f"{CASSETTE.relative_to(ROOT)}: {CASSETTE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
