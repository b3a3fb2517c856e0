"""Catalogues: what the product says, and how it says it in each language (docs/translating.md).

Nothing here needs a database or settings, and nothing outside Python: a fresh machine can run it.
"""
