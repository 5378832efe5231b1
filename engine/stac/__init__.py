"""Images that a STAC catalogue lists: found, understood, and brought onto one grid.

A catalogue (https://stacspec.org) is a list of items, each one satellite image whose bands are
files of their own, on this computer or on a server. `catalogue` finds items, `scene` reads what
an item says of its bands, `virtual` makes one virtual image of the items of a day, and `fetch`
writes the part of it that is wanted into a folder, which then is a stack as any other.
"""
