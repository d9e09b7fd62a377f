"""The file: read back as the script in it reads it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from array import array
from pathlib import Path
from typing import Any

import pytest

from interlab.errors import InvalidArgument
from interlab.tracing import Image, Store, TracingNode
from interlab.tracing.wire import expand
from interlab.ui.browser import file as file_module
from interlab.ui.browser import write_file
from interlab.ui.browser.protocol import unpack

BLOCK = re.compile(r'<script type="application/octet-stream;base64" id="(il-[\w-]+)">([^<]*)</script>')


class Opened:
    """A file as its script sees it."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text(encoding="utf-8")
        self.blocks = {name: gzip.decompress(base64.b64decode(data)) for name, data in BLOCK.findall(self.text)}
        self.manifest = self.json("il-manifest")

    def json(self, name: str) -> Any:
        return json.loads(self.blocks[name])

    def node(self, row: int) -> tuple[Any, dict[str, int]]:
        block = self.json(f"il-details-{row // self.manifest['detailsPer']}")
        return block["nodes"][row % self.manifest["detailsPer"]], dict(block["where"])

    def fields(self, row: int) -> Any:
        """A node's fields with all they refer to, found as the blocks say where it is."""
        node, where = self.node(row)

        def load(key: bytes) -> bytes:
            block = self.json(f"il-values-{where[key.hex()]}")
            where.update(block["where"])
            where.update(dict.fromkeys(block["values"], where[key.hex()]))
            return json.dumps(block["values"][key.hex()]).encode()

        return expand(node["fields"], load)


def conversation(turns: int) -> TracingNode:
    messages: list[dict[str, str]] = []
    with TracingNode("talk </script><script>alert(1)</script>", kind="run") as run:
        for turn in range(turns):
            messages.append({"role": "user", "content": f"{turn} " + "word " * 200})
            with (
                TracingNode(f"step {turn}", kind="step"),
                TracingNode("demo", kind="model", inputs={"messages": messages}) as node,
            ):
                node.set_result(f"answer {turn}")
    return run


def test_all_of_a_run_is_in_the_file(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_module, "VALUES_BLOCK", 5_000)
    monkeypatch.setattr(file_module, "NODES_PER_BLOCK", 8)
    with TracingNode("not in it", inputs={"a": "ELSEWHERE" * 200}):
        pass
    run = conversation(20)
    opened = Opened(write_file(run, tmp_path / "run.html"))
    manifest = opened.manifest
    assert (manifest["format"], manifest["rows"], manifest["columns"]) == (1, 41, [0])
    assert manifest["values"] > 3
    header, buffers = unpack(opened.blocks["il-columns-0"])
    assert header["value"]["rows"] == 41
    assert array("i", buffers[0])[:4].tolist() == [-1, 0, 1, 0]
    nodes = [run, *run.descendants()]
    for row, node in enumerate(nodes):
        assert opened.node(row)[0]["uid"] == node.uid
        assert opened.fields(row) == expand(node.wire(), store.load)
    hashes = [name for block in range(manifest["values"]) for name in opened.json(f"il-values-{block}")["values"]]
    assert len(hashes) == len(set(hashes)), "each value stands in it once"
    assert not any(b"ELSEWHERE" in data for data in opened.blocks.values())
    talk = opened.json(f"il-talk-{manifest['talks']['0']}")
    assert [turn["text"] for turn in talk["turns"]][:2] == ["answer 0", "answer 1"]


def test_a_value_is_written_once_however_often_it_is_used(store: Store, tmp_path: Path) -> None:
    few = write_file(conversation(30), tmp_path / "few.html").stat().st_size
    many = write_file(conversation(60), tmp_path / "many.html").stat().st_size
    empty = write_file(conversation(0), tmp_path / "empty.html").stat().st_size
    assert many - empty < 2.5 * (few - empty)


def test_only_its_own_script_may_run(store: Store, tmp_path: Path) -> None:
    text = write_file(conversation(1), tmp_path / "run.html").read_text(encoding="utf-8")
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[0]
    scripts = re.findall(r"<script(?![^>]*octet-stream)[^>]*>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 1
    # The second is compressed, and put into the page when it is needed.
    scripts.append(gzip.decompress(base64.b64decode(dict(BLOCK.findall(text))["il-more"])).decode())
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert scripts[1].startswith("document.currentScript.more=(")
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digests[0]}' 'sha256-{digests[1]}'; style-src")
    assert "alert(1)" not in text.replace("&lt;", "<").replace(scripts[0], "").split("</title>")[1]
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text.replace(scripts[0], ""))
    assert text.index("Content-Security-Policy") < text.index("<style>")


def test_a_store_and_its_images(store: Store, tmp_path: Path) -> None:
    conversation(2)
    with TracingNode("image", inputs={"image": Image(b"\x89PNG" + bytes(900))}):
        pass
    opened = Opened(write_file(store, tmp_path / "store.html", progress=False))
    assert opened.manifest["rows"] == 6
    assert opened.manifest["talks"] == {"0": 0, "5": 1}
    (image,) = [
        value
        for block in range(opened.manifest["values"])
        for value in opened.json(f"il-values-{block}")["values"].values()
        if isinstance(value, dict) and value.get("$") == "bytes"
    ]
    assert base64.b64decode(image["v"]).startswith(b"\x89PNG")
    assert opened.manifest["hello"]["canRemove"] is False


def test_a_file_that_would_be_too_large_is_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = conversation(3)
    target = tmp_path / "run.html"
    fits = write_file(run, target).stat().st_size
    target.write_text("what was there", encoding="utf-8")
    monkeypatch.setattr(file_module, "MAX_FILE", fits + 10_000)
    with TracingNode(
        "noise", inputs={"noise": [bytes([number]) * 4 + bytes(range(256)) * 9 for number in range(250)]}
    ) as node:
        node.set_result(" ".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(256)) * 20)
    with pytest.raises(InvalidArgument, match=r"interlab view .*lab\.db"):
        write_file(store, target)
    assert target.read_text(encoding="utf-8") == "what was there"
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".html") or "html." in path.name] == [
        "run.html"
    ]
    monkeypatch.undo()
    assert write_file(run, target) == target


def test_the_folder_must_be_there(store: Store, tmp_path: Path) -> None:
    with TracingNode("x") as node:
        pass
    with pytest.raises(InvalidArgument, match="does not exist"):
        write_file(node, tmp_path / "no" / "x.html")


def test_a_damaged_value_does_not_stop_the_writing(store: Store, tmp_path: Path) -> None:
    run = conversation(3)
    store.flush()
    store.journal.write(lambda connection: connection.execute("UPDATE value SET data=x'00' WHERE rowid=2"))
    opened = Opened(write_file(run, tmp_path / "run.html"))
    assert "damaged" in json.dumps(opened.json("il-values-0"))
