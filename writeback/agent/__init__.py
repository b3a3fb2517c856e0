"""The agent: what runs beside an organisation's directory server and writes passwords there.

Nothing in this package imports Django or an app of this project, so that it runs alone, with a
connection out to the broker and one to the directory server. Without a broker the portal runs the
same code within its own process.
"""
