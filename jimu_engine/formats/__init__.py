"""Readers and writers of published file formats."""
