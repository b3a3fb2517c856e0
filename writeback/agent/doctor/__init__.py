"""The doctor: whether everything is as a password write needs it, and the lines that mend it.

Nothing is changed in finding out. What a server does not say is called unknown, not well.
"""
