"""Settings: names, defaults, and errors that say what to do without showing a secret."""

from pathlib import Path

import pytest

from bot.addresses import Address
from bot.settings import Settings
from retrieval.errors import SettingsError
from retrieval.settings import read_settings


def test_environment_and_blank_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values come from DALIL_ variables; a blank one means the default."""
    monkeypatch.setenv("DALIL_TELEGRAM_TOKEN", " 1:abc ")
    monkeypatch.setenv("DALIL_TELEGRAM_API_URL", "http://127.0.0.1:8081/")
    monkeypatch.setenv("DALIL_PASSAGES_PER_ANSWER", "")
    settings = read_settings(Settings)
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == "1:abc"
    assert settings.telegram_api_url == "http://127.0.0.1:8081"
    assert settings.passages_per_answer == 3
    assert not settings.log_questions


@pytest.mark.parametrize(
    ("text", "numbers"), [("17", (17,)), (" 17, -1005 ,", (17, -1005)), ("", ())]
)
def test_numbers_stand_with_commas(
    monkeypatch: pytest.MonkeyPatch, text: str, numbers: tuple[int, ...]
) -> None:
    """People's numbers and groups', which are negative."""
    monkeypatch.setenv("DALIL_ALLOWED", text)
    assert read_settings(Settings).allowed == numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:8443", Address("127.0.0.1", 8443)),
        ("localhost:0", Address("localhost", 0)),
        ("[::1]:8443", Address("::1", 8443)),
        ("unix:/run/dalil/bot.sock", Address("/run/dalil/bot.sock", None)),
    ],
)
def test_where_to_listen(monkeypatch: pytest.MonkeyPatch, text: str, expected: Address) -> None:
    """A port of a host, or a socket in the file system."""
    monkeypatch.setenv("DALIL_METRICS_LISTEN", text)
    assert read_settings(Settings).metrics_listen == expected


def test_env_file_is_shared_with_others() -> None:
    """``.env`` may hold settings of other parts."""
    Path(".env").write_text("DALIL_INDEX_DIR=somewhere\nDALIL_PASSAGES_PER_ANSWER=2\n")
    assert read_settings(Settings).passages_per_answer == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DALIL_TELEGRAM_TOKEN", "secret without a colon"),
        ("DALIL_TELEGRAM_API_URL", "ftp://example.org"),
        ("DALIL_PASSAGES_PER_ANSWER", "99"),
        ("DALIL_LOG_QUESTIONS", "perhaps"),
        ("DALIL_ACCESS", "friends"),
        ("DALIL_ALLOWED", "17, @somebody"),
        ("DALIL_ADMINS", "17;18"),
        ("DALIL_QUESTIONS_PER_MINUTE", "none"),
        ("DALIL_WEBHOOK_URL", "http://example.org/hook"),
        ("DALIL_WEBHOOK_LISTEN", "somewhere"),
        ("DALIL_METRICS_LISTEN", "127.0.0.1:99999"),
        ("DALIL_LOG_FORMAT", "yaml"),
    ],
)
def test_unusable_value_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The message names the variable and never repeats its value."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings(Settings)
    assert str(caught.value).startswith(f"{name}: ")
    assert value not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_setting_is_described_and_the_token_is_hidden() -> None:
    """The manual is written from the descriptions; a printed token is stars."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    assert "abc" not in repr(Settings.model_validate({"telegram_token": "1:abc"}))
