"""bytes -> Document: charset, markup to text, mojibake, control characters, a language hint; cut into blocks.

`charset` and `legacy` find the charset; `text` and `html` read the two formats, `tables` where cells stand, `metadata` what a
page says of itself; `mend` and `invisible` put the text right, every change listed; `hint` guesses the language; `document`
is the stage.
"""

from copydesk.transforms.decode.document import decode
from copydesk.transforms.decode.hint import language_hint

__all__ = ["decode", "language_hint"]
