"""Tables say a mean with its error in every form in which they are wanted."""

import math

from engine.tables import Mean, Table

TABLE = Table("Modes & more", ("method", "modes"), (("GAN_1", Mean.of([7.0, 8.0, 9.0])), ("none", None)))


def test_a_mean_has_the_standard_error_of_its_values() -> None:
    assert Mean.of([7.0, 8.0, 9.0]) == Mean(8.0, 1 / math.sqrt(3), 3)
    assert str(Mean.of([7.0, 8.0, 9.0])) == "8.00 ± 0.58"


def test_one_value_has_no_error_and_what_is_not_finite_does_not_count() -> None:
    assert str(Mean.of([2.0, math.nan])) == "2.00"
    assert str(Mean.of([math.inf])) == "–"


def test_text_is_laid_out_in_columns() -> None:
    assert TABLE.text() == "Modes & more\n\nmethod  modes\nGAN_1   8.00 ± 0.58\nnone    –"


def test_csv_keeps_error_and_number_of_runs_in_columns_of_their_own() -> None:
    assert TABLE.csv() == "method,modes,modes (s.e.),modes (n)\nGAN_1,8,0.57735,3\nnone,,,\n"


def test_html_and_latex_escape_what_would_be_read_as_markup() -> None:
    assert "<caption>Modes &amp; more</caption>" in TABLE.html()
    assert '<tr><th scope="row">GAN_1</th><td>8.00 ± 0.58</td></tr>' in TABLE.html()
    assert r"\caption{Modes \& more}" in TABLE.latex()
    assert r"GAN\_1 & 8.00 $\pm$ 0.58 \\" in TABLE.latex()
