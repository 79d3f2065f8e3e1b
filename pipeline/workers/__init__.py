"""CARRIES: the workers.  Each has one `..._next() -> bool`: did I do something?

Law of this room: a worker brings things from one room to another and decides nothing.  What is
decided goes through `door.apply`; what leaves goes through the outbox.  Nobody here sleeps: the
daemon's loops wait, and the rehearsal calls `..._next()` by hand.

`receive` takes mail in, `process` reads it and carries what it says to the door, `remind` brings
what is due, `reconcile` brings money, `act` brings what operators do, `send` carries letters out.
`routing` makes an event of what a mail says, `letters` makes decided letters ready for the outbox;
`office` is what all of them share.
"""
