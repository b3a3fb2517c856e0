"""How dates and times are written, by language: the day first, and hours from 0 to 23."""
