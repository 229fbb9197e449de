//! `desk probe` and `desk judge`: one endpoint, one chain, the whole story.

use crate::harness::{MailServer, Place};
use serde_json::Value;
use std::fs;
use testkit::{Ca, Port};

#[test]
fn a_probe_tells_what_a_client_would_get() {
    let place = Place::sqlite();
    let ca = Ca::new("Test").unwrap();
    ca.write_root(place.folder()).unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    let endpoint = server.endpoint();
    let gone = Port::new().unwrap();
    let gone = gone.endpoint().to_string();
    let probe = |words: &[&str]| place.run_in("en", &[&["probe"], words].concat());

    let good = probe(&[&endpoint, "--sni", "mail.a.example", "--ca", "ca.pem", "--json"]);
    assert_eq!(good.code, Some(0), "{good:?}");
    let story = good.json();
    let keys: Vec<&str> = story.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "evidence", "message", "ok", "state"]);
    assert_eq!((&story["code"], &story["ok"]), (&"ok".into(), &true.into()));
    assert_eq!(story["evidence"]["chain"].as_array().map(Vec::len), Some(2));

    let tree = probe(&[&endpoint, "--sni", "mail.a.example", "--ca", "ca.pem"]).out;
    for part in ["mail.a.example", "TLSv1.3", "Test Intermediate CA", "└─"] {
        assert!(tree.contains(part), "{part}: {tree}");
    }
    for (words, code, verdict) in [
        (
            &[endpoint.as_str(), "--sni", "mail.a.example"][..],
            1,
            "untrusted",
        ),
        (
            &[&endpoint, "--sni", "mail.b.example", "--ca", "ca.pem"],
            1,
            "wrong_site",
        ),
        (&[&gone, "--sni", "mail.a.example"], 3, "unreachable"),
    ] {
        let done = probe(&[words, &["--json"]].concat());
        assert_eq!(
            (done.code, &done.json()["code"]),
            (Some(code), &Value::from(verdict))
        );
    }
    for words in [
        &["mail.a.example"][..],
        &[&endpoint],
        &[&endpoint, "--sni", "no name"],
        &[&endpoint, "--sni", "mail.a.example", "--starttls", "pop3"],
        &[&endpoint, "--sni", "mail.a.example", "--ca", "nowhere.pem"],
    ] {
        let done = probe(words);
        assert_eq!(
            (done.code, done.out.as_str()),
            (Some(2), ""),
            "{words:?}: {done:?}"
        );
    }
}

#[test]
fn a_chain_is_judged_before_it_is_deployed() {
    let place = Place::sqlite();
    let ca = Ca::new("Test").unwrap();
    let issued = ca.leaf().names(["mail.a.example"]).issue().unwrap();
    issued.write(place.folder()).unwrap();
    let judge = |words: &[&str]| {
        let own = [
            "judge",
            "--chain",
            "fullchain.pem",
            "--host",
            "mail.a.example",
            "--json",
        ];
        place.run_in("en", &[&own, words].concat())
    };
    for (words, code, verdict) in [
        (&["--ca", "ca.pem"][..], 0, "ok"),
        (&["--ca", "ca.pem", "--no-system-roots"], 0, "ok"),
        (&[], 1, "untrusted"),
        (&["--no-system-roots"], 1, "untrusted"),
        (
            &["--ca", "ca.pem", "--at", "2000-01-01T00:00:00Z"],
            1,
            "not_yet_valid",
        ),
        (&["--ca", "ca.pem", "--at", "2099-01-01T00:00:00Z"], 1, "expired"),
    ] {
        let done = judge(words);
        assert_eq!(
            (done.code, &done.json()["code"]),
            (Some(code), &Value::from(verdict)),
            "{words:?}"
        );
    }
    assert_eq!(judge(&["--at", "tomorrow"]).code, Some(2));

    let reading = [
        "judge",
        "--chain",
        "-",
        "--host",
        "mail.b.example",
        "--ca",
        "ca.pem",
        "--json",
    ];
    let done = place.run_reading(&issued.fullchain_pem(), &reading);
    assert_eq!(
        (done.code, &done.json()["code"]),
        (Some(1), &Value::from("wrong_site"))
    );
}

#[test]
fn what_is_no_chain_is_one_line() {
    let place = Place::sqlite();
    place.write("empty.pem", "");
    place.write("text.pem", "Dear Sir or Madam");
    place.write(
        "broken.pem",
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
    );
    fs::write(place.folder().join("huge.pem"), vec![b'-'; 1024 * 1024 + 1]).unwrap();
    for (file, said) in [
        ("empty.pem", "empty.pem: holds no PEM certificate"),
        ("text.pem", "text.pem: holds no PEM certificate"),
        ("broken.pem", "broken.pem: is not PEM"),
        ("huge.pem", "huge.pem: is larger than 1048576 bytes"),
        ("nowhere.pem", "nowhere.pem: cannot be opened"),
        (".", ".: cannot be read"),
        ("-", "-: holds no PEM certificate"),
    ] {
        let done = place.run(&["judge", "--chain", file, "--host", "mail.a.example"]);
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{file}: {done:?}");
        assert!(
            done.err.lines().count() == 1 && done.err.contains(said),
            "{said}: {done:?}"
        );
    }
}
