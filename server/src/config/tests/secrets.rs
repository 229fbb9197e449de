//! Who gets in, and secrets: where they come from, and that nobody sees them.

use super::*;

#[test]
fn login_cannot_be_switched_off_where_others_could_come_in() {
    let off = [("DESK_AUTH_ENABLED", "false")];
    assert_eq!(
        refusal("[server]\nlisten = \"0.0.0.0:8080\"\n[auth]\nenabled = false"),
        "desk.toml:4: auth.enabled: false is refused while server.listen is 0.0.0.0:8080: only a loopback address may go without login"
    );
    assert_eq!(
        load_with("[server]\ntrusted_proxies = [\"127.0.0.1\"]", &off)
            .unwrap_err()
            .to_string(),
        "environment: DESK_AUTH_ENABLED: false is refused while server.trusted_proxies names a proxy: it would let everybody in"
    );
    let settings = load_with("[server]\nlisten = \"[::1]:8080\"", &off).unwrap();
    assert_eq!(
        warnings(&settings),
        "environment: DESK_AUTH_ENABLED: nobody has to log in: whoever reaches [::1]:8080 may do everything"
    );
}

#[test]
fn a_secret_that_cannot_be_had_stops_the_start_and_names_its_reference() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::write(&empty, "\n").unwrap();
    let gone = folder.path().join("gone");
    for (reference, why) in [
        (
            "env:JWT_SECRET".to_owned(),
            "the variable JWT_SECRET is not set".to_owned(),
        ),
        (
            format!("file:{}", empty.display()),
            format!("the file {} is empty", empty.display()),
        ),
        (
            format!("file:{}", gone.display()),
            format!(
                "the file {} cannot be read: No such file or directory (os error 2)",
                gone.display()
            ),
        ),
        (
            "vault:secret/desk#jwt".to_owned(),
            "Vault is not built in yet, so vault:secret/desk#jwt cannot be read: use env:NAME or file:/path"
                .to_owned(),
        ),
        (
            "env:".to_owned(),
            "env: wants the name of a variable, as in env:JWT_SECRET".to_owned(),
        ),
        (
            "file:".to_owned(),
            "file: wants a path, as in file:/run/secrets/jwt".to_owned(),
        ),
        (
            "vault:x".to_owned(),
            "vault: wants a path and a key, as in vault:secret/keybuzz/smtp#password".to_owned(),
        ),
        (String::new(), "it is empty: leave the key out instead".to_owned()),
    ] {
        let said = refusal(&format!("[auth]\njwt_secret = {reference:?}"));
        assert_eq!(said, format!("desk.toml:2: auth.jwt_secret: {why}"));
    }
}

#[test]
fn a_secret_in_a_file_ends_before_its_newline() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwt");
    fs::write(&file, format!("{}\n", SECRETS[0].1)).unwrap();
    let settings = load(&format!("[auth]\njwt_secret = \"file:{}\"", file.display())).unwrap();
    assert_eq!(settings.jwt_secret().unwrap().expose(), SECRETS[0].1);
}

#[test]
fn a_hook_that_could_not_be_told_signed_is_refused() {
    for (text, said) in [
        (
            "[[hooks]]\nname = \"a\"\nurl = \"https://a.example\"",
            "desk.toml:1: hooks[0].secret: it is missing, and nothing is sent unsigned",
        ),
        (
            "[[hooks]]\nname = \"a\"\nsecret = \"env:UNSET\"\nurl = \"https://a.example\"",
            "desk.toml:3: hooks[0].secret: the variable UNSET is not set",
        ),
        (
            "[[hooks]]\nname = \"a\"\nsecret = \"env:A\"\nurl = \"ftp://a.example\"",
            "desk.toml:4: hooks[0].url: it is no web address, as in https://desk.example.com",
        ),
        (
            "[[hooks]]\nname = \"a\"\nsecret = \"env:A\"\nurl = \"https://a.example\"\nevents = [\"ticket.opened\", \"mail\"]",
            "desk.toml:5: hooks[0].events[1]: \"mail\" is none of \"ticket.opened\", \"ticket.reopened\", \"ticket.resolved\"",
        ),
    ] {
        assert_eq!(refusal(text), said, "{text}");
    }
}

#[test]
fn no_secret_is_ever_printed() {
    let file = "[database]\nurl = \"postgres://desk:sesame-db@db/desk\"\n[auth]\njwt_secret = \"sesame-0123456789abcdef0123456789\"\n\
                bootstrap_password = \"sesame-boot\"\ninternal_token = \"env:TOKEN\"\n\
                [[integrations]]\nname = \"a\"\nsecret = \"sesame-hook\"\n[[integrations]]\nname = \"b\"\n\
                [[hooks]]\nname = \"c\"\nurl = \"http://siem.example/\"\nsecret = \"sesame-sign\"\nevents = []\n";
    let settings = load_with(file, &[("TOKEN", "sesame-token")]).unwrap();
    for printed in [
        format!("{settings:?}"),
        format!("{settings:#?}"),
        toml::to_string(&settings).unwrap(),
        warnings(&settings),
    ] {
        assert!(!printed.contains("sesame"), "{printed}");
    }
    assert_eq!(
        warnings(&settings),
        "desk.toml:4: auth.jwt_secret: the secret itself stands here; better is \"env:NAME\" or \"file:/path\"\n\
         desk.toml:5: auth.bootstrap_password: the secret itself stands here; better is \"env:NAME\" or \"file:/path\"\n\
         desk.toml:9: integrations[0].secret: the secret itself stands here; better is \"env:NAME\" or \"file:/path\"\n\
         desk.toml:10: integrations[1]: b has no secret, so it takes no call\n\
         desk.toml:14: hooks[0].url: whoever listens on the way can read what is sent: better is https\n\
         desk.toml:15: hooks[0].secret: the secret itself stands here; better is \"env:NAME\" or \"file:/path\"\n\
         desk.toml:16: hooks[0].events: c is told of nothing"
    );
}

#[test]
fn no_secret_is_repeated_by_a_refusal() {
    for text in [
        "[auth]\njwt_secret = 5353535353",
        "[auth]\njwt_secret = \"sesame-5353535353\"",
        "[auth]\njwt_secret = [\"5353535353\"]",
        "[auth]\njwt_secret = { value = \"5353535353\" }",
        "[auth]\njwt_secret = \"5353535353",
        "[auth]\njwt_secret = \"env:5353535353!\"",
        "[database]\nurl = \"postgres://desk:5353535353@[db\"",
        "[server]\npublic_url = \"https://desk:5353535353@desk\"",
    ] {
        let said = refusal(text);
        assert!(!said.contains("53535"), "{said}");
        assert!(said.starts_with("desk.toml:2: "), "{said}");
    }
}
