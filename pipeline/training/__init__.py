"""Material that weights are trained on: made pages, whose labels are known because the page was built from them.

`words` holds tables of site wording, `wording` speaks one language's furniture, `sheet` is a page under construction,
`cast` cuts texts out of pieces, `furniture`, `ends`, `heads`, `bodies` and `between` are a page's parts, `families` are
the kinds of pages, and `templates.make_pages` draws them. Nothing here runs when documents are cleaned.
"""
