"""Stories and pages in a real browser."""

import pytest

# What `make prove PART=pages` looks at, beside the combinations of every run.
IN_PROVE = (pytest.mark.prove, pytest.mark.part_pages)
# Language and width: every run looks at each once, and has the longer words in the narrower window.
KINDS = [
    ("en", 1280),
    ("fr", 390),
    *(pytest.param(*kind, marks=IN_PROVE) for kind in (("en", 390), ("fr", 1280))),
]
