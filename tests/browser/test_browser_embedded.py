"""The widget in pages that are no Jupyter: widget managers of Colab's kind and of VS Code, with a live kernel."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedding_driver
import lab_driver
import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il

VIEW = "application/vnd.jupyter.widget-view+json"
SHOW = "import interlab as il\nstore = il.open_store({path!r})\nstore.show()"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab_driver.Server]:
    """Skipped wherever the managers can't be had: they are other people's packages, from the npm registry."""
    if importlib.util.find_spec("jupyterlab") is None:
        pytest.skip("No JupyterLab: pip install jupyterlab.")
    static = tmp_path_factory.mktemp("managers")
    reason = embedding_driver.packages(static)
    if reason is not None:
        pytest.skip(f"The widget managers of other front ends can't be had. {reason}")
    embedding_driver.write_page(static)
    with embedding_driver.serving(static, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def embedded(chromium: Any, server: lab_driver.Server) -> Iterator[embedding_driver.Embedded]:
    """A page of the server. Nothing but the server may be asked, no script may fail."""
    with chromium.visit() as visit:
        yield embedding_driver.Embedded(visit, server)
        server.shut_down_kernels()
        assert visit.foreign(server.url) == []
        assert visit.connections == []
        assert visit.errors == []


@pytest.fixture(scope="module")
def sale(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, list[str]]:
    """A store with one car sale, how many nodes it has, and what was said in its steps."""
    path: Path = tmp_path_factory.mktemp("sale") / "sale.db"
    with il.open_store(path) as store:
        CarSale("demo", "demo", seed=7).run(name="car sale", progress=False)
        steps = [node for node in store.roots()[0].children if node.kind == "step"]
        nodes, said = len(store), [str(step.result["message"]) for step in steps]
    store.close()
    return path, nodes, said


def read_through(embedded: embedding_driver.Embedded, nodes: int, said: list[str], expect: Any) -> None:
    """What is in the first script and in the second, and what is asked of the kernel for each."""
    app = embedded.visit.app
    app.items.first.wait_for()
    expect(embedded.page.get_by_role("tree", name="Nodes")).to_have_count(1)
    expect(app.status).to_contain_text(f"{nodes} nodes")
    app.item("step 2").click()
    expect(app.detail).to_contain_text(said[1])
    app.press("Home")
    app.tab("Conversation")
    expect(app.root.locator(".il-bubble").first).to_contain_text(said[0])


def test_in_colab_everything_goes_without_binary_data(
    embedded: embedding_driver.Embedded, sale: tuple[Path, int, list[str]], expect: Any
) -> None:
    path, nodes, said = sale
    embedded.start("colab", drop_buffers=True)
    embedded.run(embedding_driver.COLAB)
    [shown] = [one for one in embedded.run(SHOW.format(path=str(path))) if VIEW in one["data"]]
    # By which Colab knows that it has to load a manager of its own.
    address = shown["metadata"][VIEW]["colab"]["custom_widget_manager"]["url"]
    assert address == "colab-cdn-widget-manager"
    read_through(embedded, nodes, said, expect)
    assert embedded.counts()["withBuffers"] == 0
    assert embedded.counts()["withBase64"] > 0


@pytest.mark.parametrize("manager", ["colab", "vscode"])
def test_a_manager_that_passes_binary_data_on_is_sent_it(
    manager: str, embedded: embedding_driver.Embedded, sale: tuple[Path, int, list[str]], expect: Any
) -> None:
    path, nodes, said = sale
    embedded.start(manager)
    embedded.run(SHOW.format(path=str(path)))
    read_through(embedded, nodes, said, expect)
    assert embedded.counts()["withBase64"] == 0
    assert embedded.counts()["withBuffers"] > 0
