"""Prompts are filled strictly and versioned by what they say."""

import pytest

from persona.templates import PersonaPrompts, Template, TemplateError, load_persona_prompts, prompt_variants


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
    assert PersonaPrompts(one, other, one).version != PersonaPrompts(other, one, one).version


def test_the_prompts_of_every_variant_have_the_placeholders_the_writer_fills() -> None:
    for variant in prompt_variants():
        prompts = load_persona_prompts(variant)
        names = (prompts.system.names, prompts.user.names, prompts.repair.names)
        assert names == ({"language"}, {"fence", "today", "data"}, {"faults"})


def test_each_variant_has_a_version_of_its_own() -> None:
    assert prompt_variants() == {"default", "motives"}
    assert len({load_persona_prompts(variant).version for variant in prompt_variants()}) == 2


def test_a_variant_that_isnt_there_is_an_error() -> None:
    with pytest.raises(TemplateError):
        load_persona_prompts("../default")
