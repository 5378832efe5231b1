"""Which images are opened: layers, folders, catalogues; their dates and what is known of each."""
