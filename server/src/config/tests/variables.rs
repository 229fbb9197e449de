//! What comes from the environment, beside a file or in its place.

use super::*;

#[test]
fn variables_win_over_the_file() {
    let file = "[database]\nurl = \"sqlite://other.db\"\n[auth]\njwt_secret = \"file:/nowhere\"\njwt_expire_hours = 1\n";
    let settings = load_with(
        file,
        &[
            ("DATABASE_URL", "postgres://desk:hunter2@db/desk"),
            ("JWT_SECRET", SECRETS[0].1),
            ("JWT_EXPIRE_HOURS", "12"),
            ("AUTH_LOGIN_RATE_LIMIT", "9"),
            ("DESK_AUTH_ENABLED", "true"),
            ("OPS_INTERNAL_TOKEN", "internal-sesame"),
            ("DESK_BOOTSTRAP_PASSWORD", "first-sesame"),
        ],
    )
    .unwrap();
    assert_eq!(settings.database.url.expose(), "postgres://desk:hunter2@db/desk");
    assert_eq!(settings.jwt_secret().unwrap().expose(), SECRETS[0].1);
    assert_eq!(
        (settings.auth.jwt_expire_hours, settings.auth.login_rate_limit),
        (12, 9)
    );
    assert_eq!(settings.bootstrap_password().unwrap().expose(), "first-sesame");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let settings = load_with(
        "",
        &[
            ("JWT_SECRET", ""),
            ("DATABASE_URL", ""),
            ("DESK_AUTH_ENABLED", ""),
        ],
    )
    .unwrap();
    assert!(settings.jwt_secret().is_none() && settings.auth.enabled);
    assert_eq!(settings.database.url.expose(), "sqlite://data/desk.db");
}

#[test]
fn a_wrong_variable_is_named_and_not_the_file() {
    for (variable, value, said) in [
        (
            "JWT_EXPIRE_HOURS",
            "+8",
            "environment: JWT_EXPIRE_HOURS: \"+8\" is no whole number from 1 to 8760",
        ),
        (
            "AUTH_LOGIN_RATE_LIMIT",
            "0",
            "environment: AUTH_LOGIN_RATE_LIMIT: \"0\" is no whole number from 1 to 10000",
        ),
        (
            "DESK_AUTH_ENABLED",
            "off",
            "environment: DESK_AUTH_ENABLED: \"off\" is neither true nor false",
        ),
        (
            "DATABASE_URL",
            "hunter2@db",
            "environment: DATABASE_URL: it is neither sqlite://PATH, as in sqlite://data/desk.db, nor postgres://USER@HOST/NAME",
        ),
        (
            "JWT_SECRET",
            "short-sesame",
            "environment: JWT_SECRET: it has fewer than 32 bytes; `openssl rand -base64 48` makes a good one",
        ),
    ] {
        let text = "[auth]\njwt_secret = \"env:JWT_SECRET\"\nenabled = true";
        assert_eq!(
            load_with(text, &[("JWT_SECRET", SECRETS[0].1)])
                .err()
                .map(|why| why.to_string()),
            None
        );
        let variables = [(variable, value), ("JWT_SECRET", SECRETS[0].1)];
        assert_eq!(load_with(text, &variables).unwrap_err().to_string(), said);
    }
}

#[test]
fn the_named_file_wins_over_the_variable() {
    let folder = tempfile::tempdir().unwrap();
    let (named, other) = (folder.path().join("named.toml"), folder.path().join("other.toml"));
    fs::write(&named, "[tickets]\nopen_after = 3").unwrap();
    fs::write(&other, "[tickets]\nopen_after = 4").unwrap();
    let variables = [("DESK_CONFIG", other.to_str().unwrap())];
    let by_name = Settings::load(Some(&named), &Variables(&variables)).unwrap();
    let by_variable = Settings::load(None, &Variables(&variables)).unwrap();
    assert_eq!(
        (by_name.tickets.open_after, by_variable.tickets.open_after),
        (3, 4)
    );
    assert_eq!(by_variable.file(), Some(other.as_path()));
}
