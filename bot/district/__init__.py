"""A district folder: read with all its faults at once, before anything of it is loaded."""

from bot.district.faults import BadFolder, Fault
from bot.district.folder import Folder, read_folder

__all__ = ["BadFolder", "Fault", "Folder", "read_folder"]
