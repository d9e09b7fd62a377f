"""Tracing: every piece of work as a node in a tree, in one SQLite file.

Owns nodes, stores, the stored form of values, prompt templates that remember their fields, and the
capture of calls made through LangChain and openai clients. May import `interlab.errors` and `interlab.state`.
Rendering is registered from above, in `hooks`.
"""

from interlab.tracing import capture as _capture
from interlab.tracing import kinds_of_values as _kinds_of_values
from interlab.tracing.colors import name_color
from interlab.tracing.decorator import with_trace
from interlab.tracing.format_str import FormatStr
from interlab.tracing.freeze import register_serializer
from interlab.tracing.node import TracingNode, current_node
from interlab.tracing.nodes import NodeReading, StoredNode
from interlab.tracing.parallel import parallel
from interlab.tracing.rich import Blob, Figure, Html, Image, Markdown, Opaque, Record, Table
from interlab.tracing.scope import bound, carry
from interlab.tracing.store import Store, open_store
from interlab.tracing.tags import Tag
from interlab.tracing.threads import instrument, uninstrument

del _capture, _kinds_of_values

__all__ = [
    "Blob",
    "Figure",
    "FormatStr",
    "Html",
    "Image",
    "Markdown",
    "NodeReading",
    "Opaque",
    "Record",
    "Store",
    "StoredNode",
    "Table",
    "Tag",
    "TracingNode",
    "bound",
    "carry",
    "current_node",
    "instrument",
    "name_color",
    "open_store",
    "parallel",
    "register_serializer",
    "uninstrument",
    "with_trace",
]
