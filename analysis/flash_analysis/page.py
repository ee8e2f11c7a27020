"""The HTML page: one file, nothing loaded from elsewhere."""
import base64
import html

import numpy as np

from .answer import answer

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ddd; }
.note, figcaption { color: #555; font-size: 0.9rem; }
figure { margin: 1rem 0; } img { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: 0.9rem; margin: 0.7rem 0; display: block; overflow-x: auto; }
th, td { padding: 0.2rem 0.7rem; border-bottom: 1px solid #eee; text-align: right; white-space: nowrap; }
th { border-bottom: 1px solid #999; } td.text, th.text { text-align: left; white-space: pre-wrap; }
pre { background: #f6f6f6; padding: 1rem; overflow-x: auto; font-size: 0.85rem; }
"""


def render(archive, figures):
    name = str(archive.attributes.get("job_name") or "run")
    parts = [f"<h1>{html.escape(name)}</h1>", _subtitle(archive)]
    if rows := answer(archive):
        parts += ["<h2>The answer</h2>", _answer(rows)]
    for heading, body in _tables(archive):
        parts += [f"<h2>{html.escape(heading)}</h2>", body]
    for path, heading, caption in figures:
        parts.append(_figure(path, heading, caption))
    parts += ["<h2>Job</h2>", f"<pre>{html.escape(str(archive.attributes.get('job', '')))}</pre>",
              "<h2>Provenance</h2>", _provenance(archive)]
    body = "\n".join(parts)
    return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html.escape(name)}</title>\n'
            f"<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n")


def _answer(rows):
    """Label and sentence, a line each."""
    return "<table>\n" + "".join(f'<tr><th class="text">{html.escape(label)}</th><td class="text">{html.escape(str(text))}</td></tr>\n'
                                 for label, text in rows) + "</table>"


def _subtitle(archive):
    a = archive.attributes
    text = (f"{a.get('software', 'flash')} {a.get('version', '')} ({a.get('git_hash', '')}), {a.get('date', '')}; "
            f"{a.get('ranks', '?')} ranks on {a.get('hosts', '?')}; a space of {_grouped(a.get('space_size', '?'))} "
            "configurations. What is marked [reconstructed] is our reading of the method, not a figure of the paper.")
    return f'<p class="note">{html.escape(text)}</p>'


def _tables(archive):
    """Headings and tables of what the run found out; only what there is."""
    frame = archive.frame("predictor")
    if not frame.empty:
        columns = ["predictor", "used", "samples", "rmse_fit", "rmse_loo", "rmse_holdout", "spearman", "kendall", "a", "b", "c"]
        yield "Predictors of accuracy [reconstructed; additive: ours]", _table(frame, columns)
    for target in archive.hardware_targets():
        model = archive.frame(f"hardware/{target}/model")
        if not model.empty:
            yield f"Hardware models of {target} [form reconstructed]", _quality(model) + _table(model, list(model))
    top = archive.frame("sweep/top")
    if not top.empty:
        best = top[top["rank_order"] <= 3]
        yield "Best of the whole space, by exhaustive sweep", _table(best, list(best))
    summary = archive.frame("compare/summary")
    if not summary.empty:
        yield "Searches, medians and quartiles over seeds", _table(summary, list(summary))
    samples = archive.frame("samples")
    if not samples.empty:
        words = ["network"] if "network" in samples else ["wm", "depths", "skips"]  # as format 1 had it
        numbered = [] if samples["id"].map(lambda i: isinstance(i, str)).any() else ["id"]
        columns = [*numbered, *words, "role", "state", "nn_degree", "parameters", "macs", "accuracy",
                   "accuracy_predicted", "seconds", "error"]
        yield "Trained networks", _table(samples, columns)
    events = archive.frame("events")
    if not events.empty:
        yield "Events", _table(events, list(events))


def _quality(model):
    attributes = model.attrs.get("attributes", {})
    if not attributes:
        return ""
    text = "; ".join(f"{name} {_number(value)}" for name, value in attributes.items())
    return f'<p class="note">{html.escape(text)}</p>'


def _table(frame, columns):
    """An HTML table of those of the columns that there are; units in the heading."""
    columns = [c for c in (columns or list(frame)) if c in frame]
    units = frame.attrs.get("units", {})
    head, body = "", ""
    for name in columns:
        unit = units.get(name, "")
        label = name + (f" ({unit})" if unit not in ("", "1") else "")
        head += f'<th{_class(frame, name)}>{html.escape(label)}</th>'
    for row in frame[columns].itertuples(index=False):
        cells = "".join(f"<td{_class(frame, name)}>{html.escape(_number(value))}</td>" for name, value in zip(columns, row))
        body += f"<tr>{cells}</tr>\n"
    return f"<table>\n<tr>{head}</tr>\n{body}</table>"


def _class(frame, name):
    return ' class="text"' if frame[name].dtype == object else ""


def _number(value):
    if isinstance(value, (float, np.floating)):
        return "-" if np.isnan(value) else f"{value:.4g}" if abs(value) < 1e9 else f"{value:.6e}"
    return str(value)


def _figure(path, heading, caption):
    with open(path, "rb") as file:
        data = base64.b64encode(file.read()).decode("ascii")
    return (f"<h2>{html.escape(heading)}</h2>\n<figure>\n"
            f'<img alt="{html.escape(heading)}" src="data:image/png;base64,{data}">\n'
            f"<figcaption>{html.escape(caption)}</figcaption>\n</figure>")


def _provenance(archive):
    rows = "".join(f'<tr><td class="text">{html.escape(name)}</td><td class="text">{html.escape(str(value))}</td></tr>\n'
                   for name, value in archive.attributes.items() if name != "job")
    return f"<table>\n{rows}</table>"


def _grouped(size):
    """63102615225 as 63,102,615,225."""
    return f"{int(size):,}" if str(size).isdigit() else str(size)
