"""What a run found, in words for people: the head of the page, by tables `answer` and `confirmed` alone."""
import math

METRICS = (("latency_ms", "latency", "ms"), ("energy_mj", "energy", "mJ"), ("area_mm2", "area", "mm2"))
CEILINGS = (("latency_max_ms", "latency", "ms"), ("energy_max_mj", "energy", "mJ"), ("area_max_mm2", "area", "mm2"))


def answer(archive):
    """Pairs of a label and a sentence; none where the run has no answer yet."""
    models = archive.frame("answer")
    if models.empty:
        return []
    own = models[models["own"] == 1]
    best = (own if not own.empty else models).iloc[0]
    confirmed = archive.frame("confirmed")
    chosen = confirmed.attrs.get("attributes", {}).get("best", -1) if not confirmed.empty else -1
    chosen = None if chosen == -1 else chosen
    if own.empty and chosen is None:
        return [("Best network", "none that meets the job's constraints: `flash exact RUN` says which of them binds")]
    rows = list(_confirmed(confirmed, chosen)) if chosen is not None else list(_predicted(best, judges_by_score(archive)))
    if chosen is not None:
        rows.append(("The models' best", _models_best(best, confirmed, chosen)))
    row = confirmed[confirmed["id"] == chosen].iloc[0] if chosen is not None else best
    bounds = "; ".join(_bounds(row, archive.frame("constraints"), best["constraints"]))
    if bounds:
        rows.append(("Bounds", bounds + ", by the models' bands"))
    if math.isfinite(best["accuracy_error"]):
        least = "" if best["within_complete"] else "at least "
        rows.append(("Undecided", f"{least}{best['within']:,.0f} configurations are within the predictor's error "
                                  f"({100 * best['accuracy_error']:.1f} points) of the models' best: their order is not known"))
    rows.append(("What binds", best["binds"] or "no constraint"))
    if best["corner"]:
        rows.append(("Corner", f"{best['corner']}: better networks may lie outside of the space"))
    return rows


def judges_by_score(archive):
    """Whether NN-Degree itself stands where accuracies do, as in a training-free search."""
    return archive.frame("answer").attrs.get("attributes", {}).get("objective", "").startswith("NN-Degree")


def _confirmed(confirmed, chosen):
    row = confirmed[confirmed["id"] == chosen].iloc[0]
    yield "Best network", f"{_named(row)}, {row['parameters_true']:,.0f} parameters"
    noise = confirmed.attrs["attributes"].get("noise", math.nan)
    yield "Accuracy", (f"{100 * row['test_accuracy']:.1f} %{_band(100 * noise / math.sqrt(row['trained']), '.1f')} on the test "
                       f"images, mean of {row['trained']} trainings{_expected(row, noise)}; the models say {100 * row['accuracy']:.1f}"
                       f"{_band(100 * row['accuracy_band'], '.1f')}")
    for column, name, unit in METRICS:
        if math.isfinite(row[f"{column}_true"]):
            yield name.capitalize(), (f"{row[f'{column}_true']:.3g} {unit} measured; the models say {row[column]:.3g}"
                                      f"{_band(row[f'{column}_band'], '.2g')}")


def _expected(row, noise):
    """The best of several was lucky, too."""
    accuracy = row.get("test_accuracy_expected", math.nan)
    deviation = math.hypot(row.get("test_accuracy_expected_deviation", math.nan), noise)
    if not math.isfinite(accuracy) or not math.isfinite(deviation):
        return ""
    return f"; trained again it is expected at {100 * accuracy:.1f}{_band(100 * deviation, '.1f')}"


def _predicted(best, judges_by_score):
    yield "Best network", f"{_named(best)}, by the models alone: nothing is confirmed yet"
    if judges_by_score:
        yield "NN-Degree", f"{best['accuracy']:.4g}"
    else:
        yield "Accuracy", f"{100 * best['accuracy']:.1f} %{_band(100 * best['accuracy_band'], '.1f')} predicted"
    for column, name, unit in METRICS:
        if math.isfinite(best[column]):
            yield name.capitalize(), f"{best[column]:.3g} {unit}{_band(best[f'{column}_band'], '.2g')} predicted"


def _bounds(row, constraints, name):
    """How likely each bound of the set holds, as asked; none in archives that do not say."""
    if constraints.empty or "margin" not in constraints:
        return
    bounds = constraints[constraints["name"] == name].iloc[0]
    for column, quantity, unit in (("accuracy_min", "accuracy", "%"), *CEILINGS):
        probability = row.get(f"{quantity}_probability", math.nan)
        if not math.isfinite(probability):
            continue
        scale, sign = (100, ">=") if quantity == "accuracy" else (1, "<=")
        asked, searched = scale * bounds[f"{column}_asked"], scale * bounds[column]
        tightened = f" (searched at {sign} {searched:.4g} {unit} for margin {bounds['margin']:.3g})"
        yield (f"{quantity} {sign} {asked:.4g} {unit}{tightened if searched != asked else ''} holds with "
               f"{_likelihood(probability)} probability")


def _likelihood(probability):
    if probability > 0.999:
        return "over 99.9 %"
    return "under 0.1 %" if probability < 0.001 else f"{100 * probability:.3g} %"


def _models_best(best, confirmed, chosen):
    if best["id"] == chosen:
        return "the same network"
    text = _named(best)
    row = confirmed[confirmed["id"] == best["id"]]
    if row.empty or not math.isfinite(row.iloc[0]["test_accuracy"]):
        return text + ", not confirmed"
    row = row.iloc[0]
    return text + f": accuracy {100 * row['test_accuracy']:.1f} % found, {100 * row['accuracy']:.1f} by the models"


def _named(row):
    """In words, with the id where it is a number for people: in spaces of 2^63 networks or more it is a text."""
    return row["network"] if isinstance(row["id"], str) else f"{row['network']} (id {row['id']})"


def _band(half_width, pattern):
    return f" \u00b1 {half_width:{pattern}}" if math.isfinite(half_width) else ""
