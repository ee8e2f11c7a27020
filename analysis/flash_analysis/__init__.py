"""Archives of flash as pandas frames.

>>> from flash_analysis import open_archive
>>> archive = open_archive("runs/quickstart")
>>> archive.frame("samples")[["nn_degree", "accuracy"]]
"""
from .archive import Archive, ArchiveError, open_archive

__all__ = ["Archive", "ArchiveError", "open_archive"]
