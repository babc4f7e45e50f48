"""What opens the files of strangers. It runs in a process of its own with limits (core.files.bounded), without Django.

``python -m core.parsing`` reads a list from its input and writes its rows, a line of JSON each; what is wrong with the
file goes out as a code, which core.tabular.reading puts into words.
"""
