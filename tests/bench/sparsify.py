"""Networks pruned for a chip's wires: images of half the side, and the table of what runs have found.

    tests/bench/sparsify.py images TRAIN.bin TEST.bin FOLDER    # CIFAR-10's binary files as 16 x 16 PNGs by class
    tests/bench/sparsify.py table RUN [RUN ...]                 # of `flash sparsify` runs, one method each

Factors are of energy, latency and energy-delay product against the dense network with its tiles in order: of activations
alone, then with partial sums.
"""
import os
import pathlib
import struct
import sys
import zlib

SIDE = 32  # of a picture


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def halved_png(record):
    """The mean of each 2 x 2 pixels, rounded."""
    rows = bytearray()
    for y in range(0, SIDE, 2):
        rows.append(0)
        for x in range(0, SIDE, 2):
            for channel in range(3):
                at = 1 + channel * SIDE * SIDE + y * SIDE + x
                rows.append((record[at] + record[at + 1] + record[at + SIDE] + record[at + SIDE + 1] + 2) // 4)
    header = struct.pack(">IIBBBBB", SIDE // 2, SIDE // 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 1)) + chunk(b"IEND", b"")


def images(train, test, folder):
    record = 1 + 3 * SIDE * SIDE
    for name, path in (("train", train), ("test", test)):
        data = pathlib.Path(path).read_bytes()
        for k in range(len(data) // record):
            one = data[k * record:(k + 1) * record]
            target = pathlib.Path(folder) / name / str(one[0])
            target.mkdir(parents=True, exist_ok=True)
            (target / f"{k:05d}.png").write_bytes(halved_png(one))


def table(*runs):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "analysis"))
    from flash_analysis.archive import open_archive

    for run in runs:
        archive = open_archive(run)
        made, sent = archive.frame("compressed"), archive.frame("compressed/communication")
        for _, row in made.iterrows():
            of = sent[(sent["network"] == row["network"]) & (sent["training"] == row["training"])]
            first = of.iloc[0]
            print(f"{os.path.basename(run)}: {row['network']}, seed {row['training']}, {row['method']} {first['sparsity']:g} "
                  f"lambda {first['lambda']:g} alpha {first['alpha']:g}: dense {100 * row['test_accuracy_dense']:.2f} %, "
                  f"pruned {100 * row['test_accuracy']:.2f} %")
            for _, form in of.iterrows():
                factors = []
                for suffix in ("", "_all"):
                    energy = first["energy_mj" + suffix] / form["energy_mj" + suffix]
                    latency = first["latency_ms" + suffix] / form["latency_ms" + suffix]
                    factors.append(f"{energy:.2f} {latency:.2f} {energy * latency:.2f}")
                print(f"    {form['form']:<10}{form['placer']:<9}{form['tiles']:4d} tiles | " + " | ".join(factors))


if __name__ == "__main__":
    commands = {"images": images, "table": table}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
