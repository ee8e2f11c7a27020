"""Figures and one self-contained HTML page of a run: report.py RUN [--output DIR]."""
import argparse
import os
import sys

from .output import EXIT_IO, complain

EXIT_USAGE, EXIT_INPUT = 64, 66


def write_report(run, output=None):
    """Writes figures/*.png and report.html; returns their paths. Raises ArchiveError, OSError."""
    from . import figures, page, style
    from .archive import BAD_DATA, ArchiveError, open_archive

    archive = open_archive(run)
    output = output or os.path.dirname(archive.path) or "."
    folder = os.path.join(output, "figures")
    os.makedirs(folder, exist_ok=True)
    paths, drawn = [], []
    for name, heading, draw, caption in figures.FIGURES:
        try:
            figure = draw(archive)
        except KeyError as error:
            raise ArchiveError(BAD_DATA, f"{archive.path}: a table lacks column {error}; "
                                         "python3 -m flash_analysis.validate lists what is wrong") from None
        if figure is None:
            continue
        path = os.path.join(folder, name + ".png")
        figure.savefig(path)
        style.plt.close(figure)
        paths.append(path)
        drawn.append((path, heading, caption))
    path = os.path.join(output, "report.html")
    with open(path, "w", encoding="utf-8") as file:
        file.write(page.render(archive, drawn))
    return paths + [path]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="report.py", description="Draws the figures of a run and one HTML page that "
                                     "holds them all. Example: analysis/report.py runs/quickstart")
    parser.add_argument("run", metavar="RUN", help="directory of a run, or an archive")
    parser.add_argument("-o", "--output", metavar="DIR", help="where to write instead of RUN")
    parser.error = lambda message: (complain(f"report.py: {message}"), sys.exit(EXIT_USAGE))
    options = parser.parse_args(arguments)
    try:
        from .archive import ArchiveError
    except ImportError as error:
        complain(f"report.py: {error}; install python3-h5py, python3-pandas and python3-matplotlib, or use /usr/bin/python3")
        return EXIT_INPUT
    try:
        paths = write_report(options.run, options.output)
    except ArchiveError as error:
        complain(f"report.py: {error}")
        return error.code
    except OSError as error:
        complain(f"report.py: cannot write {error.filename}: {error.strerror}")
        return EXIT_IO
    print("\n".join(paths))
    return 0
