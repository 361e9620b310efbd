"""The console where no site was found."""
