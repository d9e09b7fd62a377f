"""The original InterLab's browser (0.4.1) and inspect's viewer beside ours in a headless Chromium, with the same nodes.

Run: python benchmarks/browser_rivals.py [nodes …] [--only ours,interlab,inspect] [--environments FOLDER]

The others are installed from PyPI, each into a virtual environment of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import _trace_store
from _harness import begin, report

import interlab as il
from browser import DETAIL, EXPAND, NOTE_FIRST, page_driver, seen_first
from interlab.errors import InterLabError
from interlab.ui.browser import serve

SIZES = (1_000, 10_000, 100_000)
LIMIT_S = 60
CLICK_LIMIT_S = 20
VISITS = 5
SLOW_S = 4
"""A viewer that takes longer than this is visited once."""
CLICKS = 8
ARRANGEMENTS = {"runs": "runs of 285 nodes side by side", "one": "all below one root"}

INTERLAB = """
import json, sys
from pathlib import Path
import uvicorn
from starlette.staticfiles import StaticFiles
from treetrace.tracing.storage import FileStorage
from treetrace.tracing.tracingnode import TracingNode
from treetrace.ui.staticfiles import PATH_TO_STATIC_FILES
from treetrace.ui.storage_server import _storage_app

def write(node, storage=None):
    given = {"inputs": node["inputs"], "meta": node["meta"], "storage": storage}
    with TracingNode(node["name"], kind=node["kind"], **given) as made:
        for child in node["children"]:
            write(child)
        if node["result"] is not None:
            made.set_result(node["result"])

source, folder, port = sys.argv[1:]
storage = FileStorage(folder)
for root in json.loads(Path(source).read_text()):
    write(root, storage)
# As its own start_server, which needs an IPython of its time.
app = _storage_app(storage)
app.mount("/", StaticFiles(directory=PATH_TO_STATIC_FILES))
uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error")
"""
INSPECT = """
import json, sys, uuid
from pathlib import Path
from inspect_ai.event import InfoEvent, ModelEvent, SpanBeginEvent, SpanEndEvent
from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSample, EvalSpec, write_eval_log
from inspect_ai.model import ChatMessageSystem, ChatMessageUser, GenerateConfig, ModelOutput

ROLES = {"system": ChatMessageSystem, "user": ChatMessageUser}

def add(node, parent, events):
    if node["kind"] == "model":
        said = [ROLES[message["role"]](content=message["content"]) for message in node["inputs"]["messages"]]
        output = ModelOutput.from_content("demo", node["result"])
        events.append(ModelEvent(model="demo", input=said, tools=[], tool_choice="none", config=GenerateConfig(),
                                 output=output, span_id=parent))
    elif not node["children"]:
        events.append(InfoEvent(source=node["name"], data=node["inputs"] or node["result"], span_id=parent))
    else:
        own = uuid.uuid4().hex
        events.append(SpanBeginEvent(id=own, parent_id=parent, type=node["kind"], name=node["name"], span_id=own))
        for child in node["children"]:
            add(child, own, events)
        events.append(SpanEndEvent(id=own, span_id=own))

source, folder = sys.argv[1:]
samples = []
for number, root in enumerate(json.loads(Path(source).read_text()), 1):
    events = []
    add(root, None, events)
    output = ModelOutput.from_content("demo", "no deal")
    samples.append(EvalSample(id=number, epoch=1, input="runs", target="deal", events=events, output=output))
spec = EvalSpec(created="2026-01-01T00:00:00+00:00", task="runs", model="demo", config=EvalConfig(),
                dataset=EvalDataset(name="runs", samples=len(samples)))
write_eval_log(EvalLog(status="success", eval=spec, samples=samples), str(Path(folder) / "2026_runs.eval"))
"""

# Opening a closed line, until what is in it is drawn.
INTERLAB_DETAIL = """async at => {
    const closed = document.querySelectorAll('[data-testid="ArrowRightIcon"]');
    const count = () => document.querySelectorAll('[data-testid]').length;
    const before = count(), start = performance.now();
    closed[Math.min(at, closed.length - 1)].closest('button').click();
    while (count() === before && performance.now() - start < 20000) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""
# A click in the outline, until that event is in sight.
INSPECT_DETAIL = """async at => {
    const links = document.querySelectorAll('#transcript-tree a');
    const link = links[Math.min(3 * at + 2, links.length - 1)];
    const event = new URLSearchParams(link.href.split('?')[1]).get('event');
    const seen = () => {
        const found = document.getElementById(`event-panel-${event}`)?.getBoundingClientRect();
        return found && found.top >= 0 && found.top < innerHeight;
    };
    const start = performance.now();
    link.click();
    while (!seen() && performance.now() - start < 20000) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""


class Viewer(NamedTuple):
    """How a viewer is got and looked at.

    Args:
        package: on PyPI; None for ours.
        row: what selects a line of its tree.
        detail: a script that clicks the n-th line, and gives the milliseconds until its content is drawn.
    """

    package: str | None
    row: str
    detail: str


VIEWERS = {
    "ours": Viewer(None, ".il-row", DETAIL),
    "interlab": Viewer("interlab==0.4.1", '[data-testid="ArrowRightIcon"]', INTERLAB_DETAIL),
    "inspect": Viewer("inspect_ai==0.3.285", '[id^="event-panel-"]', INSPECT_DETAIL),
}


class Unavailable(Exception):
    """A viewer that can't be had or started here; its text says why."""


def install(name: str, package: str, folder: Path) -> Path:
    """A virtual environment with a package, made if it is not there. Returns its folder of programs."""
    home = folder / name
    programs = home / "bin"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        command = [str(programs / "python"), "-m", "pip", "install", "--quiet", package]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unavailable(f"{package} can't be installed: {done.stderr[-300:]}")
        (home / "ready").touch()
    return programs


def make_ours(path: Path, nodes: int, arrangement: str) -> None:
    if arrangement == "runs":
        _trace_store.make_store(path, nodes)
        return
    random.seed(7)
    with il.open_store(path) as store, il.TracingNode("all runs", kind="run"):
        made = run = 0
        while made < nodes:
            made += _trace_store._run(run, nodes - made)
            run += 1
    store.close()


def export(path: Path, target: Path) -> int:
    """Write a store's nodes as nested JSON. Returns how many there are."""

    def plain(node: Any) -> dict[str, Any]:
        children = [plain(child) for child in node.children]
        return {
            "name": node.name, "kind": node.kind, "inputs": node.inputs, "result": node.result, "meta": node.meta,
            "children": children,
        }  # fmt: skip

    with il.open_store(path) as store:
        roots, nodes = [plain(root) for root in store.roots()], len(store)
    store.close()
    target.write_text(json.dumps(roots), encoding="utf-8")
    return nodes


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(command: list[str], port: int) -> Iterator[None]:
    """A server, from when it listens."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + 300
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if process.poll() is not None:
                        said = process.stderr.read() if process.stderr else ""
                        raise Unavailable(f"does not start: {said[-300:]}") from None
                    if time.monotonic() > until:
                        raise Unavailable("does not start within 300 s") from None
                    time.sleep(0.1)
            yield
        finally:
            process.terminate()


@contextmanager
def showing(name: str, path: Path, source: Path, environments: Path, folder: Path) -> Iterator[str]:
    """A viewer that shows the nodes, at an address."""
    package = VIEWERS[name].package
    if package is None:
        with serve(path) as page:
            yield page.url
        return
    programs = install(name, package, environments)
    python, port = str(programs / "python"), free_port()
    shown = folder / name
    shown.mkdir()
    if name == "interlab":
        with started([python, "-c", INTERLAB, str(source), str(shown), str(port)], port):
            yield f"http://127.0.0.1:{port}/"
        return
    done = subprocess.run([python, "-c", INSPECT, str(source), str(shown)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"no log could be written: {done.stderr[-300:]}")
    command = [str(programs / "inspect"), "view", "start", "--log-dir", str(shown), "--host", "127.0.0.1"]
    with started([*command, "--port", str(port)], port):
        yield f"http://127.0.0.1:{port}/#/logs/2026_runs.eval/samples/sample/1/1/transcript"


class Figures(NamedTuple):
    """What one visit showed: seconds, milliseconds, megabytes."""

    first_s: float
    detail_ms: float
    heap_mb: float


def visit(chromium: Any, name: str, url: str) -> Figures:
    viewer = VIEWERS[name]
    with chromium.visit() as visit:
        page = visit.page
        page.add_init_script(NOTE_FIRST.replace("'.il-row'", repr(viewer.row)))
        page.goto(url, timeout=LIMIT_S * 1e3)
        page.locator(viewer.row).first.wait_for(timeout=LIMIT_S * 1e3)
        page.wait_for_timeout(300)
        first_s = seen_first(page) / 1e3
        if name == "ours":
            page.evaluate(EXPAND)
        elif name == "interlab" and (older := page.get_by_text("run_0-")).count():
            older.first.click()  # the newest run, which it opens by itself, is a short one
            page.wait_for_timeout(500)
        clicks = ([200, 130 + 24 * at] for at in range(CLICKS)) if name == "ours" else range(CLICKS)
        times: list[float] = []
        for at in clicks:
            times.append(page.evaluate(viewer.detail, at))
            if times[-1] >= CLICK_LIMIT_S * 1e3:
                break
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        usage = session.send("Runtime.getHeapUsage")
        held = usage["usedSize"] + usage.get("backingStorageSize", 0)
        # One that never gets there stands for all.
        detail_ms = times[-1] if times[-1] >= CLICK_LIMIT_S * 1e3 else statistics.median(times)
        return Figures(first_s, detail_ms, held / 1e6)


def measure(program: str, name: str, url: str, arrangement: str, nodes: int) -> None:
    """Report a viewer's figures, or that it gave none."""
    from playwright.sync_api import Error
    from playwright.sync_api import TimeoutError as OutOfTime

    facts: dict[str, Any] = {"arrangement": ARRANGEMENTS[arrangement], "nodes": nodes}
    try:
        # A browser of its own, since a tab that crashes takes others with it.
        with page_driver.chromium(program) as chromium:
            seen = [visit(chromium, name, url)]
            while len(seen) < VISITS and seen[0].first_s < SLOW_S:
                seen.append(visit(chromium, name, url))
    except OutOfTime:
        report(f"first rows painted, {name}", LIMIT_S, "s", outcome="gave up", **facts)
        return
    except Error as error:
        if "crash" not in error.message.lower() and "closed" not in error.message.lower():
            raise
        report(f"first rows painted, {name}", LIMIT_S, "s", outcome="the tab crashed", **facts)
        return
    facts["visits"] = len(seen)
    middle = Figures(*(statistics.median(column) for column in zip(*seen, strict=True)))
    report(f"first rows painted, {name}", middle.first_s, "s", **facts)
    late = {"outcome": "gave up"} if middle.detail_ms >= CLICK_LIMIT_S * 1e3 else {}
    report(f"click to detail, {name}", middle.detail_ms, "ms", **facts, **late)
    report(f"JS heap and buffers, {name}", middle.heap_mb, "MB", **facts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nodes", nargs="*", type=lambda text: int(text.replace(",", "")))
    parser.add_argument("--only", default=",".join(VIEWERS), help="some of ours,interlab,inspect")
    parser.add_argument("--environments", type=Path, help="where the others are installed, to be used again")
    options = parser.parse_args()
    begin()
    program = page_driver.find_browser().find()
    if program is None:
        sys.exit(page_driver.find_browser().MISSING)
    for nodes in options.nodes or SIZES:
        for arrangement in ARRANGEMENTS:
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary)
                path, source = folder / "runs.db", folder / "nodes.json"
                make_ours(path, nodes, arrangement)
                rows = export(path, source)
                for name in options.only.split(","):
                    try:
                        with showing(name, path, source, options.environments or HELD, folder) as url:
                            measure(program, name, url, arrangement, rows)
                    except (Unavailable, InterLabError, OSError) as error:
                        print(json.dumps({"viewer": name, "nodes": rows, "not shown": str(error)}), flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as held:
        HELD = Path(held)
        main()
