"""What the portal knows, as files and addresses for programs: data sets, their dictionary, catalogue and API.

`cell` is what every CSV of ours writes: nothing in it runs in a spreadsheet.
"""

from portal.open_data.cells import cell

__all__ = ["cell"]
