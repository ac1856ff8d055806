"""What people would use instead: the same file checked as far as each library lets one.

Each module has `prepare(file, world)`, which reads the file's bytes, lays the history ready as the program wants it,
and gives the function that is timed; that one gives every problem as (line, field, code or what the library calls it,
…). `UNSEEN` are the codes of ours that it cannot find. No library knows levels: a warning is a problem like another.
"""
