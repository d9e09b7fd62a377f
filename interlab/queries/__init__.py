"""Queries: asking a model for a value of a type, reading it out of the reply, and what surrounds that.

Owns the reading of JSON and of tags in replies, the asking again, examples, summaries within a limit.
May import errors, state, tracing and models.
"""

from __future__ import annotations

from interlab.queries.examples import generate_example
from interlab.queries.finding import Candidate, find_json
from interlab.queries.json_query import query_for_json
from interlab.queries.reading import parse_json
from interlab.queries.repeating import repeat_on_failure
from interlab.queries.summarizing import summarize_with_limit
from interlab.queries.tags import parse_tags

__all__ = [
    "Candidate",
    "find_json",
    "generate_example",
    "parse_json",
    "parse_tags",
    "query_for_json",
    "repeat_on_failure",
    "summarize_with_limit",
]
