"""Entry of a Hugging Face Space: the page for strangers, on the port a Space expects."""

from playground.__main__ import main

if __name__ == "__main__":
    main(host="0.0.0.0", hosted=True, max_runs=4, per_visitor=1)
