"""Kairos: a cloud-free satellite image of any day, from the images you already own."""
