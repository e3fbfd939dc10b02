import pytest

from holdfast.config import env


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtps://crm:p%40ss@smtp.example.cn", ("smtp.example.cn", 465, "whole", "crm", "p@ss")),
        ("smtp://a%40b.cn:x@mail:2525", ("mail", 2525, "start", "a@b.cn", "x")),
        ("smtp-plain://127.0.0.1:1025", ("127.0.0.1", 1025, "", "", "")),
    ],
)
def test_the_mail_server_is_read_from_one_address(monkeypatch, url, found):
    monkeypatch.setenv("HOLDFAST_SMTP_URL", url)

    server = env.smtp()

    assert (server["host"], server["port"], server["tls"], server["user"], server["password"]) == found


@pytest.mark.parametrize("url", ["mail.example.cn", "http://mail", "smtp://", "smtps://u:p@host:port"])
def test_a_wrong_address_is_told_without_the_password(monkeypatch, url):
    monkeypatch.setenv("HOLDFAST_SMTP_URL", url)

    with pytest.raises(SystemExit, match="must read like") as told:
        env.smtp()

    assert "u:p" not in str(told.value)


def test_numbers_by_name_are_read_and_a_wrong_one_is_told(monkeypatch):
    monkeypatch.setenv("HOLDFAST_REVEALS_A_DAY_BY_ROLE", "sales=10, analyst=0")
    assert env.numbers("HOLDFAST_REVEALS_A_DAY_BY_ROLE") == {"sales": 10, "analyst": 0}

    monkeypatch.setenv("HOLDFAST_REVEALS_A_DAY_BY_ROLE", "sales")
    with pytest.raises(SystemExit, match="sales=10"):
        env.numbers("HOLDFAST_REVEALS_A_DAY_BY_ROLE")
