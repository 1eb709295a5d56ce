"""Thin handlers: text in, one call, reply."""
