"""The checks of the labs, a folder a lab. A check passes quietly or says which mistake it sees.

In each folder `checks` has one function for each exercise, `mistakes` the right answers and the wrong ones
that a check knows, with what to say to each, and `data` what they are tried on. `checking` is shared by all,
and `recipes` by those that train.
"""
