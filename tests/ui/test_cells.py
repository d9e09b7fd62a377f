"""Nodes in notebook cells, in a real kernel and without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interlab.tracing import Store, TracingNode
from interlab.ui.display import display_node, mimebundle

SOURCE = """
import interlab as il
from interlab_zoo.negotiation import CarSale
store = il.open_store(":memory:")
with store:
    run = CarSale("demo", "demo", seed=7).run(name="car sale")
"""


def test_a_bundle_has_html_and_text(store: Store) -> None:
    with TracingNode("<work>", inputs={"a": "<b>"}) as node:
        node.set_result("\ud800")
    bundle = mimebundle(node)
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle == node._repr_mimebundle_()
    assert bundle["text/plain"].startswith("✓ call <work>")
    html = bundle["text/html"]
    html.encode("utf-8")
    assert "&lt;work&gt;" in html
    assert "<work>" not in html
    assert "<html" not in html
    assert ' id="' not in html, "two cells may show the same node"


def test_cells_are_bounded(store: Store) -> None:
    with TracingNode("wide") as node:
        for number in range(5_000):
            node.add_event(f"event {number}", "x" * 5_000)
    bundle = mimebundle(node)
    assert len(bundle["text/html"]) < 8_000_000
    assert bundle["text/plain"].count("\n") <= 301


def test_without_a_kernel_a_tree_is_printed(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with TracingNode("work") as node:
        node.set_result("done")
    display_node(node)
    assert capsys.readouterr().out.startswith("✓ call work")
    store.show()
    assert "call work" in capsys.readouterr().out


def test_in_a_kernel_nodes_runs_and_stores_are_shown(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    notebook: Any = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell(code)
        for code in (SOURCE, "run.show()", "run", "run.steps[0]", "run.node.display()", "store.show()")
    ]
    client.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell in notebook.cells[1:]:
        assert {output.output_type for output in cell.outputs} <= {"display_data", "execute_result"}
        htmls = [output.data["text/html"] for output in cell.outputs if "text/html" in output.data]
        assert len(htmls) == 1, "the picture stands in the notebook once"
        assert "Alice" in htmls[0]
        assert all("step 1" in output.data["text/plain"] for output in cell.outputs)
    assert "model demo" in notebook.cells[1].outputs[0].data["text/plain"]
