"""Seals an archive that another program changed: python3 -m flash_analysis.seal FILE.

flash reads an archive only if it ends with its own SHA-256, since HDF5 may crash on damage. A program that changes an
archive (h5py, h5repack) drops or spoils the seal; who trusts the change puts a new one on with this.
"""
import hashlib
import os
import sys

from .archive import SEAL_MARK, SEAL_SIZE, ArchiveError, read_bytes


def seal(path):
    data = read_bytes(path)
    if data[-SEAL_SIZE:].startswith(SEAL_MARK):
        data = data[:-SEAL_SIZE]
    temporary = f"{path}.tmp.{os.getpid()}"
    with open(temporary, "wb") as file:
        file.write(data + SEAL_MARK + hashlib.sha256(data).hexdigest().encode() + b"\n")
    os.replace(temporary, path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 -m flash_analysis.seal FILE")
    try:
        seal(sys.argv[1])
    except ArchiveError as problem:
        print(f"flash_analysis.seal: {problem}", file=sys.stderr)
        sys.exit(problem.code)
