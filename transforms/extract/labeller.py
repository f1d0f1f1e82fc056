"""The learned labeller of text dumps: lines -> stories, each with its headline and the lines of its text.

1. A first look at every line: boosted trees over its `signals` say how likely each place (`grammar`) is.
2. A second look, which reads the first one's answers around the line (`context`).
3. The best sequence of places gives pieces; seen whole, each is a story, a part of the one before, or furniture (`candidates`).
4. The lines in front of each story, and those that its text opens with, are ranked for its headline (`headlines`).

The weights of the roles of the other lines lie in the same file; `roles` asks them once the stories are known.

The weights are learned from labelled pages (copydesk.pipeline.training) and read from JSON; numpy is all that runs here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.cells import RuleError
from copydesk.transforms.extract.candidates import FURNITURE, PART, STORY, describe_pieces, join_pieces
from copydesk.transforms.extract.context import measure_context
from copydesk.transforms.extract.grammar import BODY, FIRST, HEADLINE, PLACES, Piece, best_path, pieces_of
from copydesk.transforms.extract.headlines import describe_candidates, eligible_lines, find_candidates
from copydesk.transforms.extract.signals import Signals
from copydesk.transforms.extract.trees import Trees

CERTAIN: Final = 6.0
"""Score of a place that the source itself gives; logarithms of probabilities are below 0."""
_DOUBTS: Final = 3
"""How often text is made likelier by one unit of log odds where a page seems to have none."""
_LEAST_LINES: Final = 5
"""Lines of a story that is found only so; a cookie wall or a paywall stub has fewer."""
_STORY: Final = np.array([HEADLINE, FIRST, BODY])
NEVER: Final = -30.0
"""Score of a place that a rule excludes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story of a page as the labeller sees it."""

    headline: int | None
    kept: tuple[int, ...]
    probability: float
    """That it is a story of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the labeller says of a page."""

    stories: tuple[Story, ...]
    probabilities: NDArray[np.float32]
    """(lines, places): of the second look."""
    table: NDArray[np.float32]
    """(lines, columns): the signals of every line, and what the second look says around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """What is added to the labeller's scores: chosen by cross-validation, beside the weights in the same file."""

    places: tuple[float, ...]
    """One for each place."""
    moves: float
    """How much of the cost of a step from place to place counts: 0 none, 1 all."""
    fates: tuple[float, ...]
    """Story, part, furniture."""
    headline: float
    """Probability below which the likeliest line in front of a story is no headline, and the story has none."""


@dataclass(frozen=True, slots=True)
class _Gap:
    """A page, and where on it the lines behind the story before begin."""

    signals: Signals
    logs: NDArray[np.float32]
    table: NDArray[np.float32]
    """What the ranking of headlines reads of every line: its signals, and what the second look says around it."""
    eligible: NDArray[np.bool_]
    certain: NDArray[np.bool_]
    """Lines that the source itself gives as a title."""
    low: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Labeller:
    """The weights of all steps."""

    first: Trees
    second: Trees
    pieces: Trees
    headline: Trees
    moves: NDArray[np.float32]
    """(places, places): logarithm of how often one place follows the other."""
    bias: Bias
    roles: Trees | None = None
    """Which role each line has (`roles`); None only while it is being learned, after the other steps."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Labeller:
        """The labeller that a file of weights holds.

        Raises:
            KeyError, ValueError: the data is none.
        """
        moves = [[data["moves"][before].get(after, NEVER) for after in PLACES] for before in PLACES]
        bias = data["bias"]
        return cls(
            first=Trees.from_json(data["first"]),
            second=Trees.from_json(data["second"]),
            pieces=Trees.from_json(data["pieces"]),
            headline=Trees.from_json(data["headline"]),
            roles=Trees.from_json(data["roles"]) if "roles" in data else None,
            moves=np.array(moves, np.float32),
            bias=Bias(
                places=tuple(bias["places"]), moves=bias["moves"], fates=tuple(bias["fates"]), headline=bias["headline"],
            ),
        )

    def read(self, signals: Signals, excluded: NDArray[np.bool_], titled: Sequence[int] = ()) -> Reading:
        """The stories of a page.

        Args:
            signals: the page's lines.
            excluded: lines that a rule has already decided on, so that they are in no story's text and no headline.
            titled: lines that say what the source itself gives as the page's title; the likeliest of them is a headline.
        """
        logs, _ = self.look(signals, excluded)
        open_ = [line for line in titled if not excluded[line]]
        if open_:
            logs[max(open_, key=lambda line: (logs[line, HEADLINE], line)), HEADLINE] = CERTAIN
        return self.decide(signals, logs)

    def look(
        self, signals: Signals, excluded: NDArray[np.bool_] | None = None,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:  # fmt: skip
        """The second look's log probabilities, (lines, places), and the table that it read.

        Raises:
            RuleError: the weights were learned from other signals.
        """
        if self.first.features != signals.names:
            raise RuleError("models/lines.json: the weights were learned from other signals than these; train them anew")
        first = self.first.log_probabilities(signals.table)
        table = np.concatenate((signals.table, measure_context(signals, first)), axis=1)
        logs = self.second.log_probabilities(table)
        if excluded is not None:
            logs[np.ix_(excluded, _STORY)] = NEVER
        return logs, table

    def weigh(
        self, signals: Signals, places: NDArray[np.intp], most: int, *, first: bool = False,
    ) -> list[tuple[tuple[str, float, float], ...]]:  # fmt: skip
        """What decided on each line: the features that moved it most towards its place.

        Args:
            signals: the page's lines.
            places: the place of each line, an index into `grammar.PLACES`.
            most: how many features to name.
            first: at the first look, whose answers are features of the second, which decides.

        Returns:
            For each line (feature, its value, log odds that it moved), those that moved most first.
        """
        _, whole = self.look(signals)
        trees, table = (self.first, signals.table) if first else (self.second, whole)
        moved = trees.contributions(table, places)
        leading = np.argsort(-np.abs(moved), axis=1, kind="stable")[:, :most]
        return [
            tuple((trees.features[at], round(float(row[at]), 3), round(float(own[at]), 3)) for at in order)
            for row, own, order in zip(table, moved, leading, strict=True)
        ]

    def find_pieces(self, logs: NDArray[np.float32]) -> list[Piece]:
        """What the best sequence of places spells; where that is nothing, what it spells once text is made likelier.

        A page is scraped for a story, so a page of prose without one is a doubt and not a finding.
        Harm: a page of nothing but notices in prose may give a story.
        """
        moves = (self.moves * self.bias.moves).tolist()
        scores = logs + np.array(self.bias.places, np.float32)
        found = pieces_of(best_path(scores, moves))
        for _ in range(_DOUBTS):
            if found:
                break
            scores[:, [FIRST, BODY]] += 1.0
            found = [piece for piece in pieces_of(best_path(scores, moves)) if len(piece.kept) >= _LEAST_LINES]
        return found

    def decide(self, signals: Signals, logs: NDArray[np.float32]) -> Reading:
        """Steps 3 and 4."""
        pieces = self.find_pieces(logs)
        certain = logs[:, HEADLINE] >= CERTAIN
        logs = np.minimum(logs, 0.0)
        stories = self._select(signals, logs, certain, pieces) if pieces else []
        eligible = eligible_lines(signals) & (logs[:, HEADLINE] > NEVER)
        table = np.concatenate((signals.table, measure_context(signals, logs)), axis=1)
        low = 0
        found = []
        for piece, probability in stories:
            headline = self._choose_headline(_Gap(signals, logs, table, eligible, certain, low), piece)
            kept = tuple(line for line in piece.kept if headline is None or line > headline)
            found.append(Story(headline=headline, kept=kept, probability=probability))
            low = kept[-1] + 1
        return Reading(stories=tuple(found), probabilities=np.exp(logs), table=table)

    def _select(
        self, signals: Signals, logs: NDArray[np.float32], certain: NDArray[np.bool_], pieces: list[Piece],
    ) -> list[tuple[Piece, float]]:  # fmt: skip
        """The stories among a page's pieces; a page that has a piece has a story, the likeliest one."""
        chances = self.pieces.log_probabilities(describe_pieces(signals, logs, pieces))
        fates = (chances + np.array(self.bias.fates, np.float32)).argmax(axis=1)
        titled = [piece.headline is not None and bool(certain[piece.headline]) for piece in pieces]
        fates[np.array(titled)] = STORY
        if not (fates == STORY).any():
            fates[int(chances[:, STORY].argmax())] = STORY
        if (fates == PART).any() and fates[fates != FURNITURE][0] == PART:
            fates[np.flatnonzero(fates != FURNITURE)[0]] = STORY
        own = np.exp(chances[fates == STORY, STORY]).tolist()
        return list(zip(join_pieces(pieces, fates.tolist()), own, strict=True))

    def _choose_headline(self, gap: _Gap, piece: Piece) -> int | None:
        found = find_candidates(gap.eligible, gap.signals.prose, gap.low, piece.kept)
        if not len(found):
            return piece.headline if piece.headline is not None and gap.eligible[piece.headline] else None
        relative = describe_candidates(gap.signals, gap.logs, found, gap.low, piece.kept[0])
        scores = self.headline.scores(np.concatenate((gap.table[found], relative), axis=1))[:, 0]
        certain = found[gap.certain[found]]
        best = int(certain[-1] if len(certain) else found[scores.argmax()])
        return best if gap.logs[best, HEADLINE] >= np.log(self.bias.headline) else None
