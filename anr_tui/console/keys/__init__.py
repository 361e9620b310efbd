"""The registry of actions, the keymap, the footer, type-ahead."""
