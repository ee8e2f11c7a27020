"""What the tests of the Markdown files share: their lines, links, headings and code."""

import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]
# Folders that hold no file of the checkout: see .gitignore.
FOREIGN = re.compile(r"^(\.|build|runs$)")

LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
SPAN = re.compile(r"`([^`]+)`")


def files():
    """All Markdown files of the checkout."""
    return sorted(path for path in TOP.rglob("*.md") if not FOREIGN.match(path.relative_to(TOP).parts[0]))


class Page:
    """A Markdown file: `lines` as (number, kind, text); kind is "code", "table" or "prose"."""

    def __init__(self, path, text=None):
        self.path = path
        self.text = path.read_text(encoding="utf-8") if text is None else text
        self.lines = list(self._classify(self.text.splitlines()))

    @staticmethod
    def _classify(lines):
        fenced = False
        before = ""
        for number, line in enumerate(lines, 1):
            if line.startswith("```"):
                fenced = not fenced
                kind = "code"
            elif fenced or (line.startswith("    ") and before in ("", "code")):
                kind = "code"
            else:
                kind = "table" if line.startswith("|") else "prose"
            yield number, kind, line
            # An indented line is code behind an empty line or other code; elsewhere it goes on with a paragraph.
            before = kind if line.strip() else "code" if before == "code" else ""

    def name(self):
        return self.path.relative_to(TOP) if self.path.is_relative_to(TOP) else self.path

    def links(self):
        """(line, target) of each link outside code; its text may go on over a line's end."""
        text = "\n".join("" if kind == "code" else line for _, kind, line in self.lines)
        for link in LINK.finditer(text):
            yield text.count("\n", 0, link.end()) + 1, link[1]

    def anchors(self):
        """What a link may name behind #: the headings as GitHub writes them."""
        for _, kind, line in self.lines:
            if kind == "prose" and line.startswith("#"):
                heading = line.lstrip("#").strip().lower()
                yield re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")

    def code(self):
        """(line, text) of code: the lines of code blocks without their comments, and spans in prose and tables."""
        for number, kind, line in self.lines:
            if kind == "code":
                yield number, re.sub(r"(^|\s)#.*", "", line)
            else:
                for span in SPAN.findall(line):
                    yield number, span
