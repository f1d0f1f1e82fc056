"""`copydesk explain`: one source taken through all stages without Beam, and shown.

`single.trace` runs the very functions that a run calls and keeps what each gave, so that what is shown is what is done.
`account_of` makes of it one plain object, which `--json` prints; `explained.lines_of` lays the same object out for a person.
"""

from __future__ import annotations

import dataclasses
import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from copydesk.pipeline.commands.explained import lines_of
from copydesk.pipeline.idle_names import warn_of_idle_names
from copydesk.pipeline.logs import configure_logging
from copydesk.pipeline.options import load_settings
from copydesk.pipeline.terminal.lines import show, width
from copydesk.transforms.shapes import RejectedRecord

if TYPE_CHECKING:
    import argparse

    from copydesk.transforms.rules import Rules
    from copydesk.transforms.shapes import Document, Item, Story
    from copydesk.transforms.tag.personal import Guard

Weights: TypeAlias = tuple[tuple[str, float, float], ...]
"""Features of a line: name, value, and how far it moved the line, in log odds."""
_FEATURES: Final = 3
"""Features that are named for a line which the learned labeller decided on."""
_TERMS: Final = 6
"""Terms that are named for each topic, those first that speak most for it."""


def explain(arguments: argparse.Namespace) -> int:
    """Do `copydesk explain`; exit code 1 where the source would be rejected."""
    from copydesk.pipeline.resources import load_rules  # noqa: PLC0415
    from copydesk.pipeline.single import one_item  # noqa: PLC0415 - a wrong call is told before anything is loaded

    configure_logging()
    settings = load_settings(arguments.config, arguments.sets, arguments.preset)
    warn_of_idle_names(settings)
    item = one_item(arguments.file, settings, kind=arguments.kind, site=arguments.site)
    if isinstance(item, RejectedRecord):
        account = {"source": dataclasses.asdict(item.source), "rejected": _rejected(item.stage, item.error, item.message)}
    else:
        account = account_of(item, load_rules(settings))
    if arguments.json:
        print(json.dumps(account, ensure_ascii=False, indent=2))
    else:
        show(lines_of(account, width()))
    return int("rejected" in account)


# --- what was done ----------------------------------------------------------------------------------------------------


def account_of(item: Item, rules: Rules) -> dict[str, Any]:
    """All that happened to one source, as one JSON object.

    Returns:
        `source`, and of a source that is refused `rejected`; else `charset`, `language_hint`, `characters`, `solid`, `changes`
        (decode's own), `blocks` (as `extract` labelled them, each with where it went), `stories`, `decided` (for each story
        what its topics were named by), `removed`, `considered`.
    """
    from copydesk.transforms.tag.masking import guard_of  # noqa: PLC0415 - with its stage

    account = _account_of(item, rules)
    guard = guard_of(rules, account.get("language_hint"))
    if guard is None:
        return account
    return {name: part if name == "stories" else _masked(part, guard) for name, part in account.items()}


def _masked(part: Any, guard: Guard) -> Any:  # noqa: ANN401 - any part of an account
    """A part of an account with every text in it masked, which is that of the source as each stage saw it."""
    if isinstance(part, str):
        return guard.mask(guard.mask_address(part))
    if isinstance(part, dict):
        return {name: _masked(value, guard) for name, value in part.items()}
    return [_masked(value, guard) for value in part] if isinstance(part, list | tuple) else part


def _account_of(item: Item, rules: Rules) -> dict[str, Any]:
    from copydesk.pipeline.single import trace  # noqa: PLC0415 - with its stages' libraries

    steps, refusal = trace(item, rules)
    if refusal:
        stage, error = refusal
        source = dataclasses.asdict(item.source)
        return {"source": source, "rejected": _rejected(stage, type(error).__name__, str(error))}
    labelled, final = steps["extract"], steps["tag"]
    return {
        "source": dataclasses.asdict(final.source),
        "charset": final.charset,
        "language_hint": final.language_hint,
        "characters": len(final.text),
        "solid": final.solid,
        "changes": [dataclasses.asdict(change) for change in final.changes],
        "blocks": list(_blocks(labelled, final, _weights(labelled, rules))),
        "stories": [dataclasses.asdict(story) for story in final.stories],
        "decided": [_decided(story, rules) for story in final.stories],
        "removed": [dataclasses.asdict(removed) for removed in final.removed],
        "considered": _considered(labelled, rules),
    }


def _decided(story: Story, rules: Rules) -> dict[str, Any]:
    """What named a story's topics: the classifier of the user's, or the terms; where none is named, the strongest terms."""
    if rules.classifier:
        return {"classifier": rules.classifier.name, "terms": []}
    from copydesk.transforms.tag.topics import said_terms  # noqa: PLC0415 - with its stage

    said = said_terms(story.headline, story.text, story.language, rules)
    terms = [one for topic in story.topics for one in [one for one in said if one.top == topic.top][:_TERMS]]
    shown = terms if story.topics else said[:_TERMS]
    return {"classifier": None, "terms": [dataclasses.asdict(one) | {"topic": rules.taxonomy[one.top].name} for one in shown]}


def _rejected(stage: str, error: str, message: str) -> dict[str, str]:
    return {"stage": stage, "error": error, "message": message}


def _weights(labelled: Document, rules: Rules) -> list[tuple[Weights, Weights]]:
    """For each block of a text dump that the learned labeller decided on, what moved it most, and what its first look."""
    from copydesk.transforms.extract import weigh_lines  # noqa: PLC0415 - loads the stage's libraries

    if labelled.source.kind != "page" or labelled.source.format == "html":
        return [((), ()) for _ in labelled.blocks]
    first = weigh_lines(labelled, rules, _FEATURES, first=True)
    return list(zip(weigh_lines(labelled, rules, _FEATURES), first, strict=True))


def _told(weights: Weights) -> list[dict[str, Any]]:
    """Features by name and in words."""
    from copydesk.transforms.extract import tell_feature  # noqa: PLC0415 - loads the stage's libraries

    return [{"name": name, "value": value, "moved": moved, "told": tell_feature(name, value)} for name, value, moved in weights]


def _blocks(
    labelled: Document, final: Document, weights: Sequence[tuple[Weights, Weights]],
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Every block as it was labelled, with the story that it went to, counted from 1, or the rule that took it out."""
    claims = sorted(
        [(start, end, number, "") for number, story in enumerate(final.stories, 1) for start, end in story.spans]
        + [(removed.start, removed.end, 0, removed.rule) for removed in final.removed],
    )
    starts = [claim[0] for claim in claims]
    for number, (block, (features, first)) in enumerate(zip(labelled.blocks, weights, strict=True), 1):
        at = bisect_right(starts, block.start) - 1
        _, end, story, rule = claims[at] if at >= 0 else (0, 0, 0, "")
        inside = block.start < end
        yield {
            "number": number,
            "start": block.start,
            "end": block.end,
            "role": block.role,
            "rule": block.rule,
            "evidence": block.evidence,
            "features": _told(features),
            "first_look": _told(first),
            "story": story if inside and story else None,
            "removed": rule if inside and not story else None,
            "text": block.text,
        }


def _considered(labelled: Document, rules: Rules) -> list[dict[str, Any]]:
    """Repairs that were thought of and not made, each with the reason."""
    from copydesk.transforms.repair import consider  # noqa: PLC0415 - loads the stage's libraries

    return [dataclasses.asdict(one) for one in consider(labelled, rules) if not one.made]
