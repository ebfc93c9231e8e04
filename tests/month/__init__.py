"""A month of a town, played in one process on a clock that jumps: how often does whose phone ring? (contract 5)"""
