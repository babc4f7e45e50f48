"""Puts a wrong change into functions of a process that has loaded the project, instead of into its files.

So the project is loaded once for all changes: most runs take two seconds instead of ten. It serves where only the inside
of functions differs. A default, a decorator, a class body or SQL of a module is left to a copy with the changed file.
"""

import gc
from pathlib import Path
from types import CodeType, FunctionType

INSIDE_A_FUNCTION = 1  # inspect.CO_OPTIMIZED: class bodies and modules lack it


def differing(old: CodeType, new: CodeType) -> list[tuple[CodeType, CodeType]] | None:
    """The functions below ``old`` and ``new`` that differ; None where something outside of functions differs."""
    if (old.co_code, old.co_names, len(old.co_consts)) != (new.co_code, new.co_names, len(new.co_consts)):
        return None
    found: list[tuple[CodeType, CodeType]] = []
    for one, other in zip(old.co_consts, new.co_consts, strict=True):
        if not isinstance(one, CodeType) or not isinstance(other, CodeType):
            if type(one) is not type(other) or one != other:
                return None
        elif one == other:
            continue
        elif one.co_flags & INSIDE_A_FUNCTION:
            found.append((one, other))
        elif (inside := differing(one, other)) is None:
            return None
        else:
            found += inside
    return found


def changed_functions(path: Path, text: str) -> list[tuple[CodeType, CodeType]] | None:
    """Each function of the file that ``text`` has otherwise, before and after; None where the file has to be written."""
    if path.suffix != ".py":
        return None
    try:
        new = compile(text, str(path), "exec", dont_inherit=True)
    except SyntaxError:
        return None
    pairs = differing(compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True), new)
    return pairs if pairs and all(old.co_freevars == new.co_freevars for old, new in pairs) else None


def swap(pairs: list[tuple[CodeType, CodeType]]) -> None:
    """Every function that is loaded from the old code runs the new one from here on. Raises LookupError for none."""
    functions = [each for each in gc.get_objects() if type(each) is FunctionType]  # isinstance() wakes lazy objects
    for old, new in pairs:
        place = (old.co_filename, old.co_qualname, old.co_firstlineno)
        found = [
            f for f in functions if place == (f.__code__.co_filename, f.__code__.co_qualname, f.__code__.co_firstlineno)
        ]
        if not found:
            raise LookupError(f"{old.co_qualname} is not loaded")
        for function in found:
            function.__code__ = new
