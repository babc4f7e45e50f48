"""Writes many records at once, in batches, for ``deployments.setup.scale.load``."""

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.db import models

BATCH = 5_000
Made = TypeVar("Made", bound=models.Model)


def written(model: type[Made], records: Iterable[Made]) -> Iterator[list[Made]]:
    """Write the records, and give each batch once it is written."""
    remaining = iter(records)
    while batch := list(itertools.islice(remaining, BATCH)):
        yield model._default_manager.bulk_create(batch)


def make(model: type[Made], records: Iterable[Made]) -> list[Made]:
    """Write the records, and give them all."""
    return list(itertools.chain.from_iterable(written(model, records)))
