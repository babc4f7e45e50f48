"""Wrong changes of one line, each of which a test has to catch (`make prove PART=mutants`).

mutmut changes plain functions by itself; what it skips is listed here by hand: decorated acts, SQL of the guards,
querysets, tables, four eyes, rate limits, the purge and what is logged. ``changes`` holds the list, ``__main__`` runs it.
"""
