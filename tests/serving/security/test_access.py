import pytest
from limits import parse

from data.errors import SettingError
from serving.security.access import Access, Provider
from serving.settings import Settings

ISSUER = {"PAYLENS_OIDC_ISSUER": "https://id.example", "PAYLENS_OIDC_AUDIENCE": "paylens"}


def test_without_settings_the_service_is_local_open_and_uncounted() -> None:
    assert Access.read({}) == Access()
    assert not Access().production
    assert Access().rate is Access().form_rate is None


def test_production_counts_unless_told_not_to() -> None:
    access = Access.read({"PAYLENS_MODE": "production"})
    assert (access.rate, access.form_rate) == (parse("600/minute"), parse("30/minute"))
    assert access.form_rate is not None
    assert access.rate is not None
    assert access.form_rate.amount < access.rate.amount
    free = Access.read({"PAYLENS_MODE": "production", "PAYLENS_RATE": "none"})
    assert free.rate is None


def test_every_setting_is_read() -> None:
    access = Settings.read(
        {
            **ISSUER,
            "PAYLENS_OIDC_JWKS_URL": "http://127.0.0.1:9/jwks",
            "PAYLENS_OIDC_TENANT_CLAIM": "org",
            "PAYLENS_OIDC_KEYS_KEPT": "60",
            "PAYLENS_RATE": "5/second",
            "PAYLENS_REDIS_URL": "redis://127.0.0.1:6379",
            "PAYLENS_WORKERS": "4",
            "PAYLENS_CORS_ORIGINS": "https://a.example, https://b.example",
            "PAYLENS_HTTPS": "yes",
            "PAYLENS_MAX_BODY": "0.5",
            "PAYLENS_TIMEOUT": "2",
        }
    ).access
    assert access.provider == Provider(
        "https://id.example", "paylens", "http://127.0.0.1:9/jwks", "org", 60.0
    )
    assert access.rate == parse("5/second")
    assert access.redis_url == "redis://127.0.0.1:6379"
    assert access.workers == 4
    assert access.cors_origins == ("https://a.example", "https://b.example")
    assert access.https
    assert (access.max_body, access.timeout) == (524_288, 2.0)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"PAYLENS_MODE": "prod"}, "PAYLENS_MODE is 'prod'; it is local or production"),
        ({"PAYLENS_RATE": "many"}, "PAYLENS_RATE is 'many'.*600/minute"),
        (
            {"PAYLENS_RATE": "5 per 2 minutes; 10/day"},
            "PAYLENS_RATE is '5 per.*one number and time",
        ),
        ({"PAYLENS_FORM_RATE": "5/minute each"}, "PAYLENS_FORM_RATE is '5/minute each'"),
        ({"PAYLENS_MAX_BODY": "-1"}, "PAYLENS_MAX_BODY is '-1'; it is a number above 0"),
        ({"PAYLENS_WORKERS": "0"}, "PAYLENS_WORKERS is '0'"),
        ({"PAYLENS_TIMEOUT": "soon"}, "PAYLENS_TIMEOUT is 'soon'"),
        ({"PAYLENS_HTTPS": "true"}, "PAYLENS_HTTPS is 'true'; it is no or yes"),
        ({"PAYLENS_CORS_ORIGINS": "hr.example"}, "PAYLENS_CORS_ORIGINS.*https://hr.example"),
        ({"PAYLENS_REDIS_URL": "localhost"}, "PAYLENS_REDIS_URL is 'localhost'.*redis://"),
        ({"PAYLENS_OIDC_ISSUER": "https://id.example"}, "PAYLENS_OIDC_AUDIENCE is not set"),
        (
            {"PAYLENS_OIDC_JWKS_URL": "https://id.example/keys"},
            "JWKS_URL is set and .*ISSUER is not",
        ),
        (
            {"PAYLENS_OIDC_TENANT_CLAIM": "org"},
            "TENANT_CLAIM is set and PAYLENS_OIDC_ISSUER is not",
        ),
        ({"PAYLENS_OIDC_AUDIENCE": "paylens"}, "PAYLENS_OIDC_ISSUER is not set"),
        ({**ISSUER, "PAYLENS_OIDC_ISSUER": "http://id.example"}, "PAYLENS_OIDC_ISSUER.*https://"),
        ({**ISSUER, "PAYLENS_OIDC_JWKS_URL": "file:///keys"}, "PAYLENS_OIDC_JWKS_URL.*https://"),
    ],
)
def test_a_setting_that_means_nothing_is_told_with_what_would(
    environment: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingError, match=told):
        Access.read(environment)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "paylens.example"])  # noqa: S104
def test_a_local_service_listens_to_this_machine_alone(host: str) -> None:
    with pytest.raises(SettingError, match="PAYLENS_MODE=production"):
        Access().require_safe(host)
    Access(production=True).require_safe(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_has_more_names_than_one(host: str) -> None:
    Access().require_safe(host)
