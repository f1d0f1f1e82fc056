"""What scheduled runs remember of each other (`--state DIR`), so that each story is published once.

    store.py       the folder: runs, their data and markers; what a crash left is mended
    lock.py        one run at a time, on a local file system and on object stores
    seen.py        which sources were cleaned before: they are skipped
    samples.py     evidence of sites and names that grows from run to run
    versions.py    sources whose content changed, and which new story takes the place of which old one
    prior.py       fingerprints of what is published, those that tonight's stories may repeat
    choice.py      which story repeats which, where some are published already
    nightly.py     one run's dealings with its state, in the order in which the launcher calls them
    compacting.py  many runs into one
    verifying.py   is the state whole, and does it fit together?
    command.py     `copydesk state show|compact|verify`

A state says what a consumer of all outputs together has to know: a story is current if it is no duplicate and no later
manifest lists it as superseded. Every record of the state is a line of JSON in a file that is written once; of two lines
about one source or story the later one counts.
"""
