"""Document -> Document: speech joined into paragraphs and repaired on evidence; pages pass through.

`speech` holds the order of the rules; `running` joins lines, `clues` collects evidence, `words` knows what a word is,
`standing` which places are one name, so that `punctuation` parts none; each other module is one rule. `harvest_names` tells
the survey which names a written page vouches for. `unlisted` and `likeness` are for `copydesk lexicon suggest`: names that
no lexicon has, and what is close to them.
"""

from __future__ import annotations

from copydesk.transforms.repair.names import harvest_names
from copydesk.transforms.repair.speech import Consideration, consider, repair_speech

__all__ = ["Consideration", "consider", "harvest_names", "repair_speech"]
