"""Links between the Markdown files lead somewhere, and lines and the front page are as short as they are to be."""

import pathlib
import re
import unittest

from markdown import TOP, Page, files

FRONT_PAGE_LINES = 120
LINE_LENGTH = 120
WIDER = {"analysis/FORMAT.md"}  # pages whose paragraphs are longer still; none may join them
# A path from the top of the checkout, as commands and texts name it.
PATH = re.compile(r"^(?:\./)?((?:analysis|data|jobs|slurm|src|tests)/[\w./-]*\.\w+)$")


def broken_links(page):
    for number, target in page.links():
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = page.path.parent / name
        if not path.exists():
            yield f"{page.name()}:{number}: {target}: no such file"
        elif anchor and anchor not in (Page(path) if name else page).anchors():
            yield f"{page.name()}:{number}: {target}: no such heading"


def missing_paths(page):
    for number, text in page.code():
        for word in text.split():
            path = PATH.match(word)
            if path and "NAME" not in word and not (TOP / path[1]).exists():
                yield f"{page.name()}:{number}: {word}: no such file"


def long_lines(page):
    for number, kind, line in page.lines:
        if kind == "prose" and len(line) > LINE_LENGTH and str(page.name()) not in WIDER:
            yield f"{page.name()}:{number}: {len(line)} characters"


def findings(check):
    return [finding for path in files() for finding in check(Page(path))]


class Links(unittest.TestCase):
    maxDiff = None

    def test_lead_somewhere(self):
        self.assertEqual([], findings(broken_links))

    def test_paths_in_code_exist(self):
        self.assertEqual([], findings(missing_paths))

    def test_lines_are_short(self):
        self.assertEqual([], findings(long_lines))

    def test_front_page_is_short(self):
        self.assertLessEqual(len(Page(TOP / "README.md").lines), FRONT_PAGE_LINES)

    def test_every_page_is_reached_from_the_front_page(self):
        reached, to_read = set(), [TOP / "README.md"]
        while to_read:
            path = to_read.pop()
            if path not in reached:
                reached.add(path)
                for _, target in Page(path).links():
                    name = target.partition("#")[0]
                    if name.endswith(".md") and ":" not in name:
                        to_read.append((path.parent / name).resolve())
        self.assertEqual([], [str(path) for path in files() if path not in reached])


class Checks(unittest.TestCase):
    """The checks find what they are to find."""

    def page(self, text):
        return Page(pathlib.Path(__file__).with_name("page.md"), text)

    def test_links(self):
        page = self.page("# One heading\n\n[a](none.md) [b](#one-heading) [c](#another) [d](test_links.py)\n"
                         "[e](https://example.org/) [f\ng](two.md)\n\n    [h](code.md)\n\n```\n[i](code.md)\n```\n"
                         "[j `x`](three.md)\n")
        self.assertEqual([(3, "none.md: no such file"), (3, "#another: no such heading"), (5, "two.md: no such file"),
                          (12, "three.md: no such file")],
                         [(int(line), text.strip()) for _, line, text in (f.split(":", 2) for f in broken_links(page))])

    def test_lengths(self):
        line = "x" * (LINE_LENGTH + 1)
        page = self.page(f"{line}\n    {line}\n\n    {line}\n\n| {line} |\n\n```\n{line}\n```\n{line[1:]}\n")
        self.assertEqual(["1: 121 characters", "2: 125 characters"],
                         [finding.split(":", 1)[1] for finding in long_lines(page)])

    def test_paths(self):
        page = self.page("Run `jobs/none.sh` or `jobs/setup.sh`.\n\n    ./jobs/quickstart.sh jobs/none.toml   # jobs/x.toml\n")
        self.assertEqual(["jobs/none.sh: no such file", "jobs/none.toml: no such file"],
                         [finding.split(": ", 1)[1] for finding in missing_paths(page)])
