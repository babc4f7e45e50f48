"""Stories and pages in a real browser."""

import pytest

# What `make prove PART=pages` looks at, beside the combinations of every run.
IN_PROVE = (pytest.mark.prove, pytest.mark.part_pages)
