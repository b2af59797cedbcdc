"""Prompts are filled strictly and versioned by what they say."""

import pytest

from persona.templates import PersonaPrompts, Template, TemplateError, load_persona_prompts, load_template


def test_every_placeholder_is_replaced_once() -> None:
    template = Template("{{greeting}}, {{ name }}: {{greeting}}")
    assert template.fill(greeting="Hi", name="{{greeting}}") == "Hi, {{greeting}}: Hi"


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({}, "missing: ['name'], unused: []"),
        ({"name": "a", "other": "b"}, "missing: [], unused: ['other']"),
        ({"other": "b"}, "missing: ['name'], unused: ['other']"),
    ],
)
def test_a_missing_or_unused_name_fails(values: dict[str, str], complaint: str) -> None:
    with pytest.raises(TemplateError) as raised:
        Template("Hello {{name}}").fill(**values)
    assert str(raised.value) == complaint


def test_the_version_changes_with_the_text_and_only_then() -> None:
    one, other = Template("a"), Template("b")
    assert (one.version, other.version, Template("a").version) == ("ca978112ca1b", "3e23e8160039", "ca978112ca1b")
    assert PersonaPrompts(one, other).version != PersonaPrompts(other, one).version


def test_the_shipped_prompts_have_the_placeholders_the_writer_fills() -> None:
    prompts = load_persona_prompts()
    assert (prompts.system.names, prompts.user.names) == ({"language"}, {"fence", "today", "data"})


def test_an_unknown_template_is_not_found() -> None:
    with pytest.raises(FileNotFoundError):
        load_template("no_such_prompt")
