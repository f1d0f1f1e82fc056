"""`copydesk labels`: what was said in the viewer, as those files that training, the lexicon and the rules take.

The map::

    training.py   verdicts -> NAME.txt, NAME.gold.json   pages with the role of every line, for `make train`
    names.py      verdicts -> names.tsv                  a lexicon, for `repair.lexicons`
    lines.py      verdicts -> rules and phrases          `[[extract.rules]]` of a configuration; `[[phrase]]` of a phrase pack
    folder.py     folder   -> folder                     whether it is ours to replace, and how that is done
    command.py    call     -> folder                     all of them

Nothing is guessed beyond what was said: what cannot be used without a guess is left out, and counted with the reason.
"""
