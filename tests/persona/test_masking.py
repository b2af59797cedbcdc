"""What is private doesn't leave, what isn't stays, and a masked quote is found again in the stored words."""

import time

import pytest

from persona.masking import mask, unmask


@pytest.mark.parametrize(
    "text",
    [
        "On 2026-10-03 at 09:00-10:00 we paid 1,200,000 EUR for 250 seats, 12/10/2026 at the latest.",
        "Until 02/10/2026 or 03.11.2026, from 01-02-2026 on.",
        "120 000 EUR for 48 users, 14 days, 3-5 sites, 24/7, and/or e.g. ISO 27001.",
        "The account is 250,000 a year; the contract 612 345 000 EUR.",
        "Il compte 120 000 euros par an, soit 10 000 par mois.",
        "Wir zahlen 1.200.000,50 EUR im Jahr, seit 2019.",
        "Nous payons 120\u202f000\u00a0€ pour 38\u201340 sites; 40 seats @ 12.50 each, meet at noon.",
    ],
)
def test_masks_leave_money_dates_and_times_alone(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("card 4111 1111 1111 1111 ok", "card [number] ok"),
        ("IBAN: DE89370400440532013000.", "IBAN: [number]."),
        ("to fr76 3000 6000 0112 3456 7890 189", "to [number]"),
        ("to NO93 8601 1117 947", "to [number]"),
        ("Kontonummer 532013000 bei uns", "[number] bei uns"),
        ("account no. 12345678", "[number]"),
        ("SSN 078-05-1120", "SSN [number]"),
        ("ring 617-555-0139", "ring [phone]"),
        ("Tel. 0361 5550 140", "[phone]"),
        ("+49 3677 555 140", "[phone]"),
        ("06 12 34 56 78 le matin", "[phone] le matin"),
        ("01.23.45.67.89", "[phone]"),
        ("llame al 612 345 678", "llame al [phone]"),
        ("mobile: 5550140 22", "[phone]"),
        ("0049 361 5550140", "[phone]"),
        ("a.b+c@x.co.uk", "[email]"),
        ("jane (at) northwind (dot) example", "[email]"),
        ("jane.doe at northwind dot com", "[email]"),
        ("jane dot doe AT northwind DOT com", "[email]"),
        ("jane.doe(ät)northwind.example", "[email]"),
        ("jane @ northwind.example", "[email]"),
        ("jane.doe%40northwind.example", "[email]"),
        ("jane＠northwind．example", "[email]"),
        ("card 4111\u00a01111\u00a01111\u00a01111 ok", "card [number] ok"),
        ("IBAN DE89\u202f3704\u202f0044\u202f0532\u202f0130\u202f00", "IBAN [number]"),
        ("ring 617\u2011555\u20110139", "ring [phone]"),
        ("ring ０１７１ １２３４５６７", "ring [phone]"),
        ("see www.x.example/a?b=c now", "see [link] now"),
        ("portal.northwind.example/login?token=abc", "[link]"),
    ],
)
def test_private_numbers_and_addresses_are_masked_and_found_again(text: str, masked: str) -> None:
    assert (mask(text), unmask(masked, f"so: {text}.")) == (masked, text)


@pytest.mark.parametrize(
    ("quote", "stored"),
    [
        ("write  to [EMAIL], it's ok", "Write to jane@x.example, it’s ok"),
        ("[phone] or [email]", "+1 312 555 0139 or j@x.example"),
    ],
)
def test_a_masked_quote_may_differ_in_case_space_and_marks(quote: str, stored: str) -> None:
    assert unmask(quote, f"Hello. {stored}. Bye.") == stored


def test_a_mask_that_stands_nowhere_in_our_records_stays_a_mask() -> None:
    assert unmask("Write to [email] please", "Write to me please") == "Write to [email] please"


@pytest.mark.parametrize(
    "hostile", ["1 " * 20_000, "a." * 20_000, "(0" * 20_000, "+1-" * 20_000, "x@" * 20_000, "-" * 40_000]
)
def test_hostile_text_is_masked_in_good_time(hostile: str) -> None:
    began = time.process_time()
    mask(hostile)
    assert time.process_time() - began < 1.0
