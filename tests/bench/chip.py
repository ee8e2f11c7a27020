"""The simulated chip against NeuroSim and BookSim, component by component, each network's sums and layers.

    tests/bench/chip.py REFERENCE.json [--design chip.toml]

REFERENCE.json: of named networks of cells ("net": widths, layers a cell, image side, tc=max for all skips) NeuroSim's
figures by layer (pJ, ns), areas (um2), leakage (uW), and BookSim's cycles by layer; `design` names other tilings.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
FLASH = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build/bin")) / "flash"
KEYS = {"rows": ("crossbar", "rows"), "cols": ("crossbar", "columns"), "trows": ("tile", "rows"), "tcols": ("tile", "columns")}
ENERGIES = {"adc_array": ("cells", "columns", "adc"), "row_periphery": ("rows",), "accumulation": ("shift_add",),
            "buffers": ("buffers",), "interconnect": ("wires", "routers", "links"), "leakage": ("leakage",)}
AREAS = {"array": ("cells",), "adc": ("adc",), "acc": ("shift_add",), "ic": ("control", "routers", "links"),
         "other": ("writers", "row_drivers", "columns", "buffers")}


def simulated(net, tiling, design):
    """The report of a network in the reference's words, on a chip file whose tiling is changed."""
    words = dict(word.split("=") for word in net.split())
    widths = [int(width) for width in words["widths"].split(",")]
    depth = int(words["depth"])
    sections = {}
    for word in tiling.split():
        key, value = word.split("=")
        section, name = KEYS[key]
        sections.setdefault(section, []).append(f"{name} = {value}")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        text = design.read_text() if design else ""
        for section, lines in sections.items():
            if f"[{section}]" in text:
                text = text.replace(f"[{section}]", "\n".join([f"[{section}]", *lines]))
            else:
                text += "\n".join([f"\n[{section}]", *lines, ""])
        (folder / "chip.toml").write_text(text)
        (folder / "job.toml").write_text(
            f'[job]\nname = "chip"\n[space]\nwidths = {widths}\nwm = [1]\ndepths = [{depth}]\n[data]\nsource = "shapes"\n'
            f'side = {words["side"]}\n[hardware]\ntarget = "imc"\ndesign = "chip.toml"\n')
        most = [width * (depth - 2) for width in widths] if words.get("tc") == "max" else [0 for _ in widths]
        answer = subprocess.run([FLASH, "simulate", folder / "job.toml", "--network",
                                 f"wm=1 depth={depth} tc={','.join(map(str, most))}", "--json"], capture_output=True, text=True)
        if answer.returncode:
            raise SystemExit(answer.stderr)
        return json.loads(answer.stdout)


def line(what, ours, theirs):
    layers = " ".join(f"{a / b:.2f}" for a, b in zip(ours, theirs) if b)
    print(f"  {what:16} sum {sum(ours) / sum(theirs):5.2f}   layers {layers}")


def compare(name, network, design):
    report = simulated(network["net"], network.get("design", ""), design)
    layers = report["layers"]
    print(f"{name}: {network['net']}; {report['tiles']} tiles, reference {network['tiles']}; ours over the reference's")
    line("noc cycles", [layer["communication_cycles"] for layer in layers], [layer["booksim_cycles"] for layer in network["layers"]])
    if "neurosim" not in network:
        return
    theirs = [layer["neurosim"] for layer in network["layers"]]
    for what, parts in ENERGIES.items():
        line(what, [1e9 * sum(layer["energy_mj"][part] for part in parts) for layer in layers], [layer[what] for layer in theirs])
    line("energy", [1e9 * sum(layer["energy_mj"].values()) for layer in layers],
         [layer["dynamic"] + layer["leakage"] for layer in theirs])
    cycles = [layer["compute_cycles"] + layer["load_cycles"] + layer["communication_cycles"] for layer in layers]
    line("latency", [report["period_ns"] * count for count in cycles], [layer["latency"] for layer in theirs])
    line("copies", [layer["copies"] for layer in layers], [layer["speedup"] for layer in theirs])
    chip = network["neurosim"]
    for what, parts in AREAS.items():
        line(f"area, {what}", [1e6 * sum(report["area_by_part_mm2"][part] for part in parts)], [chip["area"][what]])
    line("area", [1e6 * report["area_mm2"]], [chip["area"]["chip"]])
    line("leakage power", [1e3 * report["leakage_mw"]], [chip["leakage_power_uw"]])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("--design", type=pathlib.Path)
    arguments = parser.parse_args()
    for name, network in json.loads(arguments.reference.read_text())["networks"].items():
        compare(name, network, arguments.design)
