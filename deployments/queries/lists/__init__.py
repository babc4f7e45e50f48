"""The lists that a desk works with, each a page with filters and a file with the same rows."""

from deployments.queries.lists import authority, papers, people, rotation
from deployments.queries.lists.listing import Filters, Listing, ListRow, narrowed

LISTS: dict[str, Listing] = {
    listing.name: listing for module in (people, rotation, papers, authority) for listing in module.LISTS
}
__all__ = ["LISTS", "Filters", "ListRow", "Listing", "narrowed"]
