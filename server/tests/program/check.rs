//! `desk check`: exit codes, words and JSON, as scripts and people meet them.

use crate::harness::{Done, MailServer, Place};

use testkit::{Ca, Port};

/// `good.example` is ready, `bad.example` shows another's certificate, nobody listens for `gone.example`.
struct Scene {
    place: Place,
    _servers: [MailServer; 2],
    _gone: Port,
}

impl Scene {
    fn set() -> Self {
        let mut place = Place::sqlite();
        let ca = Ca::new("Test").unwrap();
        let servers = [
            MailServer::of("mail.good.example", &ca),
            MailServer::of("other.example", &ca),
        ];
        place.watch("good.example", &servers[0], &ca);
        place.watch("bad.example", &servers[1], &ca);
        let gone = Port::new().unwrap();
        place.set("sites.gone.imaps", gone.endpoint().to_string());
        place.add_domain("gone.example", "gone");
        Self {
            place,
            _servers: servers,
            _gone: gone,
        }
    }

    fn check(&self, words: &[&str]) -> Done {
        self.check_in("en_GB.UTF-8", words)
    }

    fn check_in(&self, language: &str, words: &[&str]) -> Done {
        let mut all = vec!["check", "--config", "desk.toml"];
        all.extend(words);
        self.place.run_in(language, &all)
    }
}

#[test]
fn the_exit_code_says_how_it_stands() {
    let scene = Scene::set();
    for (domains, code) in [
        (&["good"][..], 0),
        (&["bad"], 1),
        (&["gone"], 3),
        (&["good", "gone"], 3),
        (&["gone", "bad"], 1),
        (&["bad", "gone", "good"], 1),
    ] {
        let names: Vec<String> = domains.iter().map(|name| format!("{name}.example")).collect();
        let words: Vec<&str> = names.iter().flat_map(|name| ["--domain", name]).collect();
        let done = scene.check(&words);
        assert_eq!(done.code, Some(code), "{domains:?}: {done:?}");
        assert_eq!(done.err, "");
    }
    assert_eq!(scene.check(&["--all"]).code, Some(1));
    assert!(
        !scene.place.folder().join("data").exists(),
        "looking makes no database"
    );
}

#[test]
fn a_chosen_check_is_judged_alone() {
    let scene = Scene::set();
    let done = scene.check(&[
        "--domain",
        "bad.example",
        "--check",
        "imap_cert_san_993",
        "--json",
    ]);
    assert_eq!(done.code, Some(1));
    assert_eq!(done.json()["steps"].as_array().map(Vec::len), Some(1));
    // Skipped, and so not proved.
    let done = scene.check(&[
        "--domain",
        "good.example",
        "--check",
        "cert_renew_ready",
        "--json",
    ]);
    assert_eq!(
        (done.code, &done.json()["ready"]),
        (Some(1), &false.into()),
        "{done:?}"
    );
    // A P2, which blocks nothing among the others.
    let done = scene.check(&[
        "--domain",
        "gone.example",
        "--check",
        "imap_cert_san_993",
        "--check",
        "smtp_cert_san_465",
    ]);
    assert_eq!(done.code, Some(3));
}

#[test]
fn one_domain_is_an_object_and_several_are_items() {
    let scene = Scene::set();
    let names = |done: &Done| -> Vec<String> {
        let items = done.json()["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| item["domain"].as_str().unwrap().to_owned())
            .collect()
    };
    let one = scene.check(&["--domain", "good.example", "--json"]);
    assert_eq!(
        (&one.json()["domain"], &one.json()["ready"]),
        (&"good.example".into(), &true.into())
    );
    let two = scene.check(&["--domain", "good.example", "--domain", "bad.example", "--json"]);
    assert_eq!(names(&two), ["bad.example", "good.example"]);
    let all = scene.check(&["--all", "--json"]);
    assert_eq!(names(&all), ["bad.example", "gone.example", "good.example"]);
}

#[test]
fn the_table_speaks_the_readers_language_and_no_colour_to_a_pipe() {
    let scene = Scene::set();
    let words = ["--domain", "bad.example", "--domain", "gone.example"];
    for (language, said) in [
        (
            "",
            [
                "não pronto",
                "SAN não inclui mail.bad.example",
                "sem prova",
                "conexão recusada",
            ],
        ),
        (
            "en",
            [
                "not ready",
                "the SAN does not include mail.bad.example",
                "not proved",
                "connection refused",
            ],
        ),
    ] {
        let table = scene.check_in(language, &words).out;
        for part in said {
            assert!(table.contains(part), "{part}: {table}");
        }
        assert!(!table.contains('\x1b'), "{table:?}");
        assert!(table.contains("Wrong Site") && table.contains("openssl s_client -connect 127.0.0.1:"));
    }
}

#[test]
fn wrong_usage_is_one_line_in_the_readers_language() {
    let scene = Scene::set();
    for (language, words, said) in [
        (
            "",
            &["--domain", "unknown.example"][..],
            "o Desk não conhece este domínio",
        ),
        (
            "en",
            &["--domain", "unknown.example"],
            "the Desk does not know this domain",
        ),
        ("", &["--domain", "not a domain"], "não é um domínio"),
        ("en", &["--domain", "not a domain"], "is not a domain"),
        (
            "",
            &["--domain", "good.example", "--check", "imap"],
            "não existe esta verificação; existem: carbonio_domain",
        ),
        (
            "en",
            &["--domain", "good.example", "--check", "imap"],
            "there is no such check; there are: carbonio_domain",
        ),
    ] {
        let done = scene.check_in(language, words);
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{done:?}");
        assert_eq!(done.err.lines().count(), 1, "{done:?}");
        assert!(done.err.contains(said), "{said}: {done:?}");
    }
    for words in [
        &[][..],
        &["--all", "--domain", "good.example"],
        &["--domain"],
        &["--colour"],
    ] {
        assert_eq!(scene.check(words).code, Some(2), "{words:?}");
    }
    let done = scene.place.run(&["check", "--all", "--config", "nowhere.toml"]);
    assert_eq!(
        (done.code, done.err.as_str()),
        (Some(2), "desk: nowhere.toml: there is no such file\n")
    );
}

#[test]
fn without_a_configuration_a_mail_host_is_judged_at_its_standard_ports() {
    let place = Place::sqlite();
    // No resolver knows an address of such a name (RFC 6761 section 6.4).
    let done = place.run_in(
        "en",
        &[
            "check",
            "--domain",
            "a.example",
            "--mail-host",
            "mail.a.invalid",
            "--json",
        ],
    );
    assert_eq!(done.code, Some(3), "{done:?}");
    let found = done.json();
    assert_eq!(found["mail_host"], "mail.a.invalid");
    for step in found["steps"].as_array().unwrap() {
        let of_the_wire = ["imap_cert_san_993", "smtp_cert_san_465"].contains(&step["id"].as_str().unwrap());
        let state = if of_the_wire { "unknown" } else { "skipped" };
        assert_eq!(step["state"], state, "{step}");
        if step["id"] == "imap_cert_san_993" {
            assert_eq!(step["evidence"]["endpoint"], "mail.a.invalid:993");
        }
    }

    let done = place.run_in("en", &["check", "--all"]);
    assert_eq!(done.code, Some(2));
    assert!(done.err.contains("no domain is configured"), "{done:?}");
}

#[test]
fn the_databases_domains_are_checked_where_there_is_a_database() {
    let mut scene = Scene::set();
    drop(scene.place.start().stop());
    // The file only seeds them.
    scene.place.add_domain("later.example", "gone");
    let done = scene.check(&["--domain", "later.example"]);
    assert_eq!(done.code, Some(2), "{done:?}");
    assert_eq!(scene.check(&["--domain", "good.example"]).code, Some(0));
}
