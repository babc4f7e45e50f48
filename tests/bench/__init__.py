"""Speed, each figure as a ratio to a floor of the same run on the same machine; ``python -m tests.bench`` prints them."""
