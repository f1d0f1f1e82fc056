"""What happens to text: pure functions, no files, no network.

The map, a line a folder, in the order of the data::

    decode/    bytes    -> Document   charset, markup to text, mojibake, control characters, a language hint; cut into blocks
    extract/   Document -> Document   a role for every block, with the rule that gave it; page or transcript
    repair/    Document -> Document   speech: lines joined into paragraphs, words repaired on evidence (pages pass through)
    segment/   Document -> Document   blocks to stories; every other block to `removed`
    tag/       Document -> Document   each story's language, topics, word count, quality, fingerprint
    write/     Document -> Records    the account checked, then the records as they are written

Beside them: `shapes.py` the types, `rules.py` rule data (`cells.py` its values, `taxonomy.py` its topics, `error_pages.py` what
servers say in the place of a page), `patterns.py` its patterns asked together, `settings.py` the configuration, `evidence.py`
what the corpus teaches, `lexicon.py` the gazetteer's names, `explain.py` the one way to change text, `errors.py` why a source
is rejected, `collection.py` garbage collection put off, and `steps.py` the PTransforms, one for each folder, the only file here
that imports Beam.

The type that flows is `shapes.Document`: a step returns a new one in which its own fields are filled.
"""
