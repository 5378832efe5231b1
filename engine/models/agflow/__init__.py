"""AGFlow: timestamp-conditioned masked flow matching over asynchronous Sentinel-1 and 2."""
