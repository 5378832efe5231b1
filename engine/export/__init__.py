"""What a cleaning can leave beside its images: one cube of all of them, and STAC items."""
