"""The tables of verbs: for each record, which act is possible from which state, who may, and where it leads."""
