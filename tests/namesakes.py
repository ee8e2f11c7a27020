#!/usr/bin/python3
"""No two types of one name: namesakes in two files of namespace flash are one type to the linker, which keeps either's
functions for both and says nothing.

namesakes.py FOLDER...: looks through all C++ files below and names each class, struct, union or enum that is defined in
two of them outside unnamed namespaces and functions; exit code 1 where there is one.
"""

import collections
import pathlib
import re
import sys

# Comments, literals and preprocessor lines hold no definitions.
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|^\s*#(?:[^\n]*\\\n)*[^\n]*',
                   re.DOTALL | re.MULTILINE)
# What stands between the end of the last statement or block and a brace.
SCOPE = re.compile(r"([^{};]*)([{};])")
NAMESPACE = re.compile(r"\bnamespace\b\s*([\w:]*)\s*$")
TYPE = re.compile(r"(?:^|[\s>])(?:class|struct|union|enum(?:\s+(?:class|struct))?)\s+(?:\[\[.*?\]\]\s*|alignas\([^)]*\)\s*)*"
                  r"(\w[\w:]*)\s*(?:final\s*)?(?::[^:].*)?$", re.DOTALL)


def definitions(text):
    """Qualified names of the types defined at namespace level; unnamed namespaces have types of their own."""
    scopes = []  # of what is open: a namespace's or type's name, "" for an unnamed namespace, None for any other block
    for head, end in SCOPE.findall(NOISE.sub(" ", text)):
        if end == "}":
            del scopes[-1:]
        elif end == "{":
            if found := NAMESPACE.search(head.strip()):
                scopes.append(found[1])
            elif found := TYPE.search(head.strip()):
                if all(scopes) and scopes:
                    yield "::".join([*scopes, found[1]])
                scopes.append(found[1])
            else:
                scopes.append(None)


def namesakes(folders):
    files = collections.defaultdict(set)
    for folder in folders:
        for path in sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix in (".hpp", ".cpp")):
            for name in definitions(path.read_text()):
                files[name].add(str(path))
    return {name: sorted(paths) for name, paths in files.items() if len(paths) > 1}, len(files)


def main():
    found, names = namesakes(sys.argv[1:])
    for name, paths in sorted(found.items()):
        print(f"{name} is defined in {' and in '.join(paths)}")
    if not names:
        print("no type at all was found: is that the right folder?")
    return 1 if found or not names else 0


if __name__ == "__main__":
    sys.exit(main())
