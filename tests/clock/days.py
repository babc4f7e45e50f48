"""Days on which the suite is tried (`make prove PART=clock`), each with what is special about it."""

DAYS = {
    "2027-01-03": "a new year, a Sunday",
    "2027-03-14": "the clocks go forward",
    "2028-02-29": "a leap day",
    "2029-07-01": "a new half, a holiday",
    "2031-11-02": "the clocks go back",
}
