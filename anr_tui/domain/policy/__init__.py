"""The rules that a worker goes by: which gaps it fills and how, when one is filled, where files lie, its lifetime."""
