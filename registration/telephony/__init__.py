"""Text messages and calls: the providers that carry them, in the shape of Django's mail backends.

``services`` is what the rest of the house calls; ``backends`` has one file for each provider.
"""
