"""``python -m sixring`` is the command line."""

from sixring.cli import main

if __name__ == "__main__":
    main()
