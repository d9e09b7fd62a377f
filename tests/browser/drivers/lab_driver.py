"""A real JupyterLab or Notebook 7 with settings of its own, and notebooks opened and run in it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_LIMIT_S = 90
_READY = """async () => {
    const app = window.jupyterapp;
    await app.restored;
    for (let tries = 0; tries < 400; tries++) {
        const panel = app.shell.currentWidget;
        if (panel && panel.context && panel.sessionContext) {
            await panel.context.ready;
            await panel.sessionContext.ready;
            if (panel.sessionContext.session && panel.sessionContext.session.kernel) {
                await panel.sessionContext.session.kernel.info;
                return true;
            }
        }
        await new Promise(done => setTimeout(done, 50));
    }
    return false;
}"""
_RUN = """async ([index, wait]) => {
    const app = window.jupyterapp, panel = app.shell.currentWidget, content = panel.content;
    content.activeCellIndex = index;
    await content.scrollToItem(index);
    const done = app.commands.execute('notebook:run-cell');
    if (wait) await done;
    return true;
}"""

_ERRORS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .flatMap(cell => cell.toJSON().outputs ?? []).filter(output => output.output_type === 'error')
    .map(output => `${output.ename}: ${output.evalue}`)"""


@contextmanager
def running(program: str, folder: Path) -> Iterator[Server]:
    """`jupyter lab` or `jupyter notebook` on a free port, with folders of its own.

    Args:
        program: ``lab`` or ``notebook``.
        folder: an empty folder; notebooks are in its folder ``work``.
    """
    work = folder / "work"
    work.mkdir(parents=True)
    token = secrets.token_hex(16)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    settings = {
        **{name: str(folder / place) for name, place in places.items()},
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        # What stands here is the person's, as is what the tests run under.
        "PYTEST_CURRENT_TEST": "",
    }
    _quiet(folder)
    application = {"lab": "LabApp", "notebook": "JupyterNotebookApp"}[program]
    command = [
        sys.executable, "-m", {"lab": "jupyterlab", "notebook": "notebook"}[program], "--no-browser", "--ip=127.0.0.1",
        f"--port={port}", f"--IdentityProvider.token={token}", f"--{application}.expose_app_in_browser=True",
        "--allow-root", f"--ServerApp.root_dir={work}", "--ServerApp.port_retries=0",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **settings}, cwd=work, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    server = Server(f"http://127.0.0.1:{port}", token, work, program)
    try:
        _await(server, process, folder / "log")
        yield server
    finally:
        # Asked to, it ends its kernels too.
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _quiet(folder: Path) -> None:
    """No news, no update checks, no announcements: nothing that asks the network or covers the notebook."""
    place = folder / "settings" / "@jupyterlab" / "apputils-extension"
    place.mkdir(parents=True)
    news = {"fetchNews": "false", "checkForUpdates": False}
    (place / "notification.jupyterlab-settings").write_text(json.dumps(news), encoding="utf-8")


def _await(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    address = f"{server.url}/api/status?token={server.token}"
    until = time.monotonic() + START_LIMIT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"jupyter {server.program} did not start:\n{log.read_text(errors='replace')[-3000:]}")


class Server:
    """A running server.

    Attributes:
        url: where it listens.
        token: which lets one in.
        work: the folder of its notebooks.
        program: ``lab`` or ``notebook``.
    """

    def __init__(self, url: str, token: str, work: Path, program: str) -> None:
        self.url = url
        self.token = token
        self.work = work
        self.program = program

    def write(self, name: str, cells: Sequence[str]) -> Path:
        """A notebook of code cells that were never run."""
        written: list[dict[str, Any]] = [
            {
                "cell_type": "code",
                "id": f"c{at}",
                "source": cell,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            for at, cell in enumerate(cells)
        ]
        # Without a kernel's name a dialog asks for one.
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"cells": written, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        path = self.work / name
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return path

    def shut_down_kernels(self) -> None:
        """End what notebooks left running."""
        headers = {"Authorization": f"token {self.token}"}
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.url}/api/kernels", headers=headers), timeout=20
        ) as answer:
            kernels = json.load(answer)
        for kernel in kernels:
            address = f"{self.url}/api/kernels/{kernel['id']}"
            request = urllib.request.Request(address, headers=headers, method="DELETE")
            urllib.request.urlopen(request, timeout=20).close()

    def open(self, visit: Any, name: str) -> Notebook:
        """Open a notebook and wait for its kernel."""
        # A workspace of its own: what was open before does not come back.
        place = {"lab": f"/lab/workspaces/{Path(name).stem}/tree/{name}", "notebook": f"/notebooks/{name}"}[
            self.program
        ]
        visit.page.goto(f"{self.url}{place}?token={self.token}")
        visit.page.locator(".jp-Notebook").first.wait_for()
        assert visit.page.evaluate(_READY), "the kernel did not start"
        return Notebook(visit.page)


class Notebook:
    """A notebook in front of the user."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def cell(self, index: int) -> Any:
        return self.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"]')

    def output(self, index: int) -> Any:
        return self.cell(index).locator(".jp-Cell-outputArea")

    def run(self, index: int, *, wait: bool = True) -> None:
        """Run a cell, to its end or only begin."""
        self.page.evaluate(_RUN, [index, wait])

    def run_all(self) -> None:
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")

    def save(self) -> None:
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def shut_down_kernel(self) -> None:
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def errors(self) -> list[str]:
        """Errors that cells ended with."""
        found: list[str] = self.page.evaluate(_ERRORS)
        return found
