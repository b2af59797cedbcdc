"""Roles and teams on the command line."""

from typer.testing import CliRunner

from bot.cli import app


def run(url: str, *arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"DATABASE_URL": url, "COLUMNS": "200"}).invoke(app, ["member", *arguments])
    return result.exit_code, result.output


def test_a_member_is_given_a_role_a_team_and_an_address(sample_url: str) -> None:
    first = run(sample_url)
    changed = run(sample_url, "U7", "--role", "manager", "--team", "north", "--owner-email", "Ann@x.example")
    listed = run(sample_url)
    assert (first[0], "Nobody has used" in first[1]) == (0, True)
    assert changed[1].strip() == listed[1].strip() == "U7 · manager · team north · owns as ann@x.example"


def test_a_role_there_is_not_is_named(sample_url: str) -> None:
    code, told = run(sample_url, "U7", "--role", "boss")
    assert (code != 0, "rep, manager, admin" in told) == (True, True)
