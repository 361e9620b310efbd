"""The dialogs that open on top of a screen."""
