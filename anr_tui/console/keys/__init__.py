"""The registry of actions, their handlers, and the operator's keymap."""
