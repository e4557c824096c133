from tests.bench.explaining import section


def test_the_page_tells_how_much_cheaper_an_explanation_is_and_how_exact() -> None:
    text = section([0.001, 0.002], [0.004, 0.008], [0.0, 3e-16], "690 trees")
    *_, cheaper, exact = text.splitlines()
    assert cheaper.endswith("| 4.00 | ≥ 3 | yes |")
    assert exact.endswith("| 3.0e-16 | ≤ 1e-12 | yes |")
    assert section([0.001], [0.001], [1e-6], "").count("**no**") == 2
