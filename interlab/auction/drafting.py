"""Asking actors for drafts side by side, measuring them, and reading from the trace what they took."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from interlab.actors import BaseActor
from interlab.auction.draft import Draft, Tiers
from interlab.environments import Talk, as_say
from interlab.models import TokenLogprob, count_tokens
from interlab.tracing import TracingNode


def drafted(talk: Talk, names: Sequence[str], settings: Mapping[str, Any]) -> list[Draft]:
    """Ask for drafts side by side, and measure them.

    Args:
        talk: the conversation.
        names: who is asked.
        settings: how models are asked, such as ``max_tokens``; actors that understand no settings are asked without.

    Returns:
        A draft for each name, in order; one that failed or has nothing to say is a draft without a text.
    """
    if not names:
        return []
    with TracingNode("drafts", kind="call", inputs={"of": list(names), **settings}) as node:
        answers = _answers(talk, names, settings)
        asked = _queries(node)
        drafts = [_draft(talk.actor(name), name in answers, answers.get(name), asked.get(name)) for name in names]
        node.set_result({draft.bidder: _shown(draft) for draft in drafts})
        return drafts


def _shown(draft: Draft) -> Any:
    return {tier: version.text for tier, version in draft.tiers.items()} if draft.tiers else draft.text


def _queries(node: Any) -> dict[str, Any]:
    return {str(query.meta.get("actor")): query for query in node.children if query.kind == "query"}


def recorded_drafts(auction: Any, lengths: Mapping[str, Any]) -> list[Draft]:
    """The drafts of a recorded round, with their log-probabilities where there are any.

    Args:
        auction: the round's node, of kind ``auction``.
        lengths: tokens of the drafts as they were measured then, tier by tier where there are several.
    """
    drafts = []
    for node in auction.children:
        if node.name == "drafts" and node.kind == "call":
            asked = _queries(node)
            for name, text in (node.result or {}).items():
                calls = list(model_calls(asked[name])) if name in asked else []
                found = tuple(_logprob(one) for one in (calls[-1].meta.get("logprobs") if calls else None) or ())
                measured = lengths.get(name, 0)
                texts = text if isinstance(text, Mapping) else {"full": text}
                tokens = measured if isinstance(measured, Mapping) else dict.fromkeys(texts, measured)
                versions = {
                    tier: Draft(name, words, int(tokens.get(tier, 0)), logprobs=found, answer=words)
                    for tier, words in texts.items()
                }
                longest = next(iter(versions.values()))
                drafts.append(replace(longest, tiers=versions) if isinstance(text, Mapping) else longest)
    return drafts


def _answers(talk: Talk, names: Sequence[str], settings: Mapping[str, Any]) -> dict[str, Any]:
    # Not in threads of our own: the conversation counts drafts in its state, and asks side by side itself.
    fitting = [name for name in names if _understands(talk.actor(name), settings)]
    plain = [name for name in names if name not in fitting]
    return {
        **(talk.draft(fitting, **settings) if fitting else {}),
        **(talk.draft(plain) if plain else {}),
    }


def _understands(actor: BaseActor, settings: Mapping[str, Any]) -> bool:
    taken = inspect.signature(actor._query).parameters.values()
    names = {parameter.name for parameter in taken}
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in taken) or names >= set(settings)


def _draft(actor: BaseActor, answered: bool, answer: Any, query: Any) -> Draft:
    calls = [] if query is None else list(model_calls(query))
    if not answered:
        error = None if query is None else query.error
        why = "no answer" if error is None else f"{error.get('type', 'error')}: {error.get('message', '')}"
        return Draft(actor.name, failure=why)
    if isinstance(answer, Tiers):
        versions = {tier: _draft(actor, True, text, query) for tier, text in answer.offered().items()}
        return replace(next(iter(versions.values()), Draft(actor.name)), tiers=versions)
    said = as_say(answer)
    if said is None:
        return Draft(actor.name, answer=answer)
    text = said[0].text
    facts = calls[-1].meta if calls else {}
    counted = count_tokens(text, getattr(actor, "model", None))
    tokens, exact = int(counted), counted.exact
    usage = facts.get("usage") or {}
    if not exact and usage and not usage.get("estimated") and answer == calls[-1].result:
        # The provider counted what it wrote, which is nearer than an estimate.
        tokens, exact = usage["output_tokens"] - usage.get("reasoning_tokens", 0), True
    logprobs = tuple(_logprob(one) for one in facts.get("logprobs") or ())
    return Draft(actor.name, text, max(1, tokens), exact, logprobs, answer)


def _logprob(recorded: Any) -> TokenLogprob:
    if isinstance(recorded, TokenLogprob):
        return recorded
    top = tuple((str(token), float(logprob)) for token, logprob in recorded["top"])
    return TokenLogprob(recorded["token"], recorded["logprob"], top)


def model_calls(node: Any) -> Iterator[Any]:
    """The calls of models under a node, oldest first."""
    for child in node.children:
        if child.kind == "model":
            yield child
        else:
            yield from model_calls(child)


def tokens_by_actor(node: Any, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Input and output tokens of each actor's calls under a node, those that nobody heard among them."""
    used = dict.fromkeys(names, (0, 0))
    _add(node, None, used)
    return used


def _add(node: Any, actor: str | None, used: dict[str, tuple[int, int]]) -> None:
    for child in node.children:
        if child.kind == "model":
            usage = child.meta.get("usage")
            if usage and actor in used:
                prompted, generated = used[actor]
                used[actor] = (prompted + usage["input_tokens"], generated + usage["output_tokens"])
        else:
            _add(child, child.meta.get("actor", actor), used)
