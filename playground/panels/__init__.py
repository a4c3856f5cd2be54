"""The page's panels, one visible thing per file; panels never import each other."""
