"""`copydesk view`: the reading room of a run of any size, served on this machine, and what a person says of it.

The map, in the order of the data::

    index.py      folder   -> database   which sources there are, and where their records stand; searched and paged
    search.py      text     -> words      the same for what is searched and what is asked, in every script
    sheets.py     Whole    -> Sheet      one source: blocks with their spans, repairs with theirs; a bounded stretch of it
    labels.py     verdicts <-> file      JSON lines, one a verdict, the later one standing
    judging.py    request  -> verdict    what a person said of a block, a repair or a whole page
    page.py       run      -> HTML       the reading room of `report/templates`, filled source by source
    guard.py      request  -> refusal    token, Host, Origin: who may ask at all
    patience.py   connection -> deadline how long and for how many at once the server waits
    server.py     HTTP     -> JSON       three questions and one answer
    command.py    call     -> server     `copydesk view`
    takeaway/     labels   -> files      `copydesk labels`: pages to train on, a lexicon, rules

The server is that of the standard library: it has one user, on this machine, and answers four requests. A framework would
bring its own routes, cookies and error pages, each to be made safe, for some hundred lines that are saved.
"""
