"""CARRIES: the workers. Each has one `next() -> bool`: did I do something?

Law of this room: a worker brings things from one room to another and decides nothing.  What is
decided goes through `door.apply`; what leaves goes through the outbox.  Nobody here sleeps: the
daemon's loops wait, and the rehearsal calls `next()` by hand.
"""
