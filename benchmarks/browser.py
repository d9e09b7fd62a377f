"""The trace browser in a headless Chromium: first rows, frames, detail, search, memory, live.

Run: python benchmarks/browser.py [nodes …] [--only page,file,widget,live]
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _harness import begin, report
from _trace_store import make_store

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser" / "drivers"))

import lab_driver
import page_driver

import interlab as il
from interlab.errors import InvalidArgument
from interlab.ui.browser import bundle, serve, write_file
from interlab.ui.browser.index import Index

SIZES = (1_000, 100_000, 1_000_000)
VISITS = 5
PARTS = ("page", "file", "widget", "live")
FIRST_ROWS = {
    "page": ("0.3 s", "0.3 s", "0.6 s"), "widget": ("0.3 s", "0.5 s", "1.5 s"), "file": ("0.3 s", "0.6 s", "–"),
}  # fmt: skip
LIVE_S, LIVE_RATE = 30, 1_000

# When the first line of the tree is on the screen: the frame after it came into the document.
NOTE_FIRST = """(() => {
    const look = () => document.querySelector('.il-row')
        ? requestAnimationFrame(() => requestAnimationFrame(() => window.__first = performance.now()))
        : requestAnimationFrame(look);
    look();
})()"""
FRAMES = """async ([frames, step]) => {
    const tree = document.querySelector('.il-tree'), times = [];
    let last = await new Promise(requestAnimationFrame);
    for (let at = 0; at < frames; at++) {
        tree.scrollTop += step;
        const now = await new Promise(requestAnimationFrame);
        times.push(now - last); last = now;
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length * 0.95)];
}"""
# The frames after a click, of several clicks: the ones in which lines are made.
EXPAND = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const times = [];
    for (let turn = 0; turn < 8; turn++) {
        document.querySelector('[aria-label="Collapse all"]').click();
        for (let at = 0; at < 10; at++) await frame();
        let last = await frame();
        document.querySelector('[aria-label="Expand all"]').click();
        for (let at = 0; at < 12; at++) { const now = await frame(); times.push(now - last); last = now; }
    }
    times.sort((a, b) => a - b);
    return [times[Math.floor(times.length * 0.95)], times.at(-1)];
}"""
DETAIL = """async ([x, y]) => {
    const old = document.querySelector('.il-d-title')?.innerText + document.querySelector('.il-d-uid')?.innerText;
    const line = document.elementFromPoint(x, y).closest('[data-row]');
    const start = performance.now();
    line.click();
    const frame = () => new Promise(requestAnimationFrame);
    while (performance.now() - start < 5000) {
        await frame();
        const now = document.querySelector('.il-d-title')?.innerText + document.querySelector('.il-d-uid')?.innerText;
        if (now !== old) break;
    }
    await frame();
    return performance.now() - start;
}"""
SEARCH = """async text => {
    const box = document.querySelector('[data-search]');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, text);
    const start = performance.now(); let names = null;
    box.dispatchEvent(new Event('input', {bubbles: true}));
    while (performance.now() - start < 20000) {
        await new Promise(requestAnimationFrame);
        const found = document.querySelector('.il-found')?.innerText ?? '…';
        if (names === null && found !== '…') names = performance.now() - start;
        if (!found.includes('…')) break;
    }
    return [names ?? performance.now() - start, performance.now() - start];
}"""
# How long a key takes until the line it chooses is drawn.
KEY = """async () => {
    const tree = document.querySelector('.il-tree');
    const chosen = () => document.querySelector('.il-selected[role=treeitem]')?.dataset.row;
    const old = chosen(), start = performance.now();
    tree.dispatchEvent(new KeyboardEvent('keydown', {key: window.__up ? 'k' : 'j', bubbles: true}));
    window.__up = !window.__up;
    while (chosen() === old && performance.now() - start < 5000) await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""
WRITER = """
import sys, time
import interlab as il
with il.open_store(sys.argv[1]) as store, il.TracingNode("live", kind="run"):
    start = time.perf_counter()
    for number in range(int(sys.argv[2])):
        with il.TracingNode(f"node {number}", kind="step"):
            pass
        ahead = start + (number + 1) / float(sys.argv[3]) - time.perf_counter()
        if ahead > 0.002:
            time.sleep(ahead)
    print(time.perf_counter() - start, flush=True)
"""


def must_of(part: str, nodes: int) -> str | None:
    return FIRST_ROWS[part][SIZES.index(nodes)] if nodes in SIZES else None


def first_rows(chromium: Any, url: str) -> float:
    """Seconds from the navigation to the first line on the screen."""
    with chromium.visit() as visit:
        visit.page.add_init_script(NOTE_FIRST)
        visit.page.goto(url)
        return seen_first(visit.page) / 1e3


def seen_first(page: Any) -> float:
    while (at := page.evaluate("window.__first ?? null")) is None:
        time.sleep(0.02)
    return float(at)


def wait_until_read(visit: Any, nodes: int) -> None:
    visit.app.status.locator("[role=status]").wait_for(state="detached", timeout=120_000)
    visit.app.status.get_by_text(f"{nodes:,} nodes").wait_for(timeout=120_000)


def measure_page(chromium: Any, path: Path, rows: int, nodes: int) -> None:
    with serve(path) as page:
        first = statistics.median(first_rows(chromium, page.url) for _ in range(VISITS))
        report("first rows painted, page", first, "s", must=must_of("page", nodes), nodes=rows)
        with chromium.visit(page.url) as visit:
            wait_until_read(visit, rows)
            work_in_it(visit, rows, nodes, "page")


def work_in_it(visit: Any, rows: int, nodes: int, part: str) -> None:
    expand, longest = visit.page.evaluate(EXPAND)
    report(f"95 % of frames of expand all, {part}", expand, "ms", must="20 ms", longest=longest, nodes=rows)
    # About a screenful a frame, so that every frame draws all of its lines anew.
    frames = visit.page.evaluate(FRAMES, [240, 700])
    report(f"95 % of frames while scrolling, {part}", frames, "ms", must="20 ms", nodes=rows)
    times = [visit.page.evaluate(DETAIL, [200, 130 + 24 * (7 * at % 25)]) for at in range(20)]
    report(f"click to detail, {part}", statistics.median(times), "ms", must="150 ms", worst=max(times), nodes=rows)
    visit.page.evaluate(SEARCH, "step 3")
    names, values = [], []
    for text in ("observe", "Alice", "step 12", "demo", "run 1"):
        one, other = visit.page.evaluate(SEARCH, text)
        names.append(one)
        values.append(other)
    target = ("50 ms", "300 ms") if nodes == 100_000 else (None, None)
    report(f"search of names, {part}", statistics.median(names), "ms", must=target[0], nodes=rows)
    report(f"search of full text, {part}", statistics.median(values), "ms", must=target[1], nodes=rows)
    visit.page.evaluate(SEARCH, "")
    session = visit.page.context.new_cdp_session(visit.page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    held = (usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6
    heap = round(usage["usedSize"] / 1e6, 1)
    report(
        f"JS heap and buffers, {part}", held, "MB", must="80 MB" if nodes == 1_000_000 else None, heap=heap, nodes=rows
    )


def measure_file(chromium: Any, path: Path, rows: int, nodes: int) -> None:
    store = il.open_store(path)
    target = path.with_suffix(".html")
    start = time.perf_counter()
    try:
        write_file(store, target, progress=False)
    except InvalidArgument as error:
        print(f"no file of {rows:,} nodes: {error}")
        return
    finally:
        store.close()
    report("file written", time.perf_counter() - start, "s", bytes=target.stat().st_size, nodes=rows)
    first = statistics.median(first_rows(chromium, target.as_uri()) for _ in range(VISITS))
    report("first rows painted, file", first, "s", must=must_of("file", nodes), nodes=rows)
    with chromium.visit(target.as_uri(), offline=True) as visit:
        wait_until_read(visit, rows)
        work_in_it(visit, rows, nodes, "file")


def measure_widget(chromium: Any, lab: lab_driver.Server, path: Path, rows: int, nodes: int) -> None:
    lab.write("bench.ipynb", [f"import interlab as il\nstore = il.open_store({str(path)!r})", "store.show()"])
    times = []
    for _ in range(3):
        with chromium.visit() as visit:
            notebook = lab.open(visit, "bench.ipynb")
            notebook.run(0)
            visit.page.evaluate("window.__start = performance.now()")
            visit.page.evaluate(NOTE_FIRST)
            notebook.run(1, wait=False)
            times.append(seen_first(visit.page) - visit.page.evaluate("window.__start"))
        lab.shut_down_kernels()
    must = must_of("widget", nodes)
    report("first rows painted, widget in JupyterLab", statistics.median(times) / 1e3, "s", must=must, nodes=rows)


def measure_live(chromium: Any, folder: Path) -> None:
    """A thousand nodes a second, written by another process, while keys are pressed."""
    path = folder / "live.db"
    with il.open_store(path) as store, il.TracingNode("before", kind="run"):
        pass
    store.close()
    nodes = LIVE_S * LIVE_RATE
    with serve(path) as page, chromium.visit(page.url) as visit:
        visit.app.items.first.wait_for()
        visit.app.tree.focus()
        command = [sys.executable, "-c", WRITER, str(path), str(nodes), str(LIVE_RATE)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            visit.app.item("live").wait_for()
            times = []
            while writer.poll() is None:
                times.append(visit.page.evaluate(KEY))
                time.sleep(0.1)
            took = float(writer.stdout.read()) if writer.stdout else 0.0
        start = time.perf_counter()
        visit.app.status.get_by_text(f"{nodes + 2:,} nodes").wait_for(timeout=60_000)
        behind = time.perf_counter() - start
    times.sort()
    report(
        "key to drawn choice while nodes arrive, worst of 95 %", times[int(len(times) * 0.95)], "ms", must="100 ms",
        worst=round(times[-1], 1), keys=len(times), written_a_second=round(nodes / took), missed=0,
        behind_s=round(behind, 2), nodes=nodes + 2,
    )  # fmt: skip


@contextmanager
def maybe_lab(wanted: bool, folder: Path) -> Iterator[lab_driver.Server | None]:
    if not wanted:
        yield None
        return
    with lab_driver.running("lab", folder / "lab") as lab:
        yield lab


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nodes", nargs="*", type=lambda text: int(text.replace(",", "")))
    parser.add_argument("--only", default=",".join(PARTS), help="some of page,file,widget,live")
    options = parser.parse_args()
    parts = options.only.split(",")
    begin()
    program = page_driver.find_browser().find()
    if program is None:
        sys.exit(page_driver.find_browser().MISSING)
    static = sorted(bundle.STATIC.iterdir())
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in static}
    later = sizes.pop("more.js")
    report("bundle loaded first, gzipped", sum(sizes.values()) / 1e3, "kB", must="60 kB", parts=sizes)
    report("bundle loaded when first used, gzipped", later / 1e3, "kB")
    with tempfile.TemporaryDirectory() as name, page_driver.chromium(program) as chromium:
        folder = Path(name)
        with maybe_lab("widget" in parts, folder) as lab:
            for nodes in options.nodes or SIZES:
                path = folder / f"{nodes}.db"
                make_store(path, nodes)
                store = il.open_store(path)
                start = time.perf_counter()
                Index(store).update()
                report("index built", time.perf_counter() - start, "s", nodes=len(store))
                rows = len(store)
                store.close()
                if "page" in parts:
                    measure_page(chromium, path, rows, nodes)
                if "file" in parts:
                    measure_file(chromium, path, rows, nodes)
                if lab is not None:
                    measure_widget(chromium, lab, path, rows, nodes)
                path.unlink()
            if "live" in parts:
                measure_live(chromium, folder)


if __name__ == "__main__":
    main()
