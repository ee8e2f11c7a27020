"""Archives of flash as pandas frames.

>>> from flash_analysis import open_archive
>>> archive = open_archive("runs/quickstart")
>>> archive.frame("samples")[["nn_degree", "accuracy"]]
"""
__all__ = ["Archive", "ArchiveError", "open_archive"]


def __getattr__(name):
    """Archives want h5py and pandas, which the modules of compressed networks do without."""
    if name in __all__:
        from . import archive
        return getattr(archive, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
