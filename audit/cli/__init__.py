"""The command line: every job of the program can be done from here.

stdout is data, stderr is talk. Each module holds the commands of one job; `app`
names them all and loads a module only when its command is called.
"""
