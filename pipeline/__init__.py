"""Uketsuke: the map of the house.

Rooms, and the one direction in which they import (`lint-imports` proves it):

    main.py -> rehearsal -> daemon -> console -> config -> workers
            -> { mail | bank | store | transport } -> domain -> { clock | log }

The four in braces do not know each other.

`domain` decides, with values and functions only.  `mail` turns bytes into values and values into
letters.  `bank` reads statements.  `store` remembers, and alone knows SQL.  `transport` talks to
servers and knows nothing of applications.  `workers` carry things between those rooms and decide
nothing.  `config` reads settings, rules and secrets once and hands them down.  `console` shows,
and lets people act.  `daemon` runs one loop a worker.  `rehearsal` plays a whole season on a
clock of its own and has it checked by a reader that knows nothing of `domain`.  `clock` is the
only file that asks what time it is; `log` writes one line for each unit of work.

To follow one mail: `docs/flow.md`.
"""
