//! Starting: the first time, the second time, and when it cannot be.

use crate::harness::{Caller, MailServer, PASSWORD, Place};
use serde_json::json;
use std::{fs, net::TcpListener};
use testkit::{Ca, Port};

on_both_engines! {
    the_first_start_shows_made_up_passwords_once
    the_second_start_finds_users_and_results
    a_login_and_a_logout_outlive_a_restart
    a_database_from_a_newer_version_is_left_alone
    a_site_whose_ca_is_no_pem_stops_the_start
}

fn the_first_start_shows_made_up_passwords_once(mut place: Place) {
    place.unset("auth", "bootstrap_password");
    let done = place.start().stop();
    let passwords: Vec<(&str, &str)> = done
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("desk: user ")?.split_once(" password "))
        .map(|(user, password)| (user.split(' ').next().unwrap(), password))
        .collect();
    let users: Vec<&str> = passwords.iter().map(|(user, _)| *user).collect();
    assert_eq!(users, ["root", "admin", "mini", "noc"], "{}", done.err);

    let desk = place.start();
    for (user, password) in &passwords {
        assert!(password.len() >= 20, "{password}");
        assert_eq!(desk.anonymous().log_in(user, password).status, 200, "{user}");
    }
    let other = desk.anonymous().log_in("root", passwords[1].1);
    assert_eq!(other.status, 401, "each has a password of its own");
    let again = desk.stop();
    assert!(!again.err.contains("password"), "{}", again.err);
    // Stored nowhere in clear.
    for file in place.contents().iter().filter(|path| path.is_file()) {
        let bytes = fs::read(file).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        for (_, password) in &passwords {
            assert!(!holds(password), "{}", file.display());
        }
    }
}

fn the_second_start_finds_users_and_results(mut place: Place) {
    let ca = Ca::new("Test").unwrap();
    let server = MailServer::of("mail.a.example", &ca);
    place.watch("a.example", &server, &ca);
    let desk = place.start();
    desk.has_checked("a.example");
    let path = "/api/v1/infra/status/a.example";
    let first = desk.token("root").get(path).json();
    assert_eq!(first["ready"], true);
    assert_eq!(desk.stop().code, Some(0));

    // The configured password is for the first start alone, and this start's own sweep has to wait.
    place.write("first_password", "another sesame");
    server.holds();
    let desk = place.start();
    let nobody = desk.anonymous();
    assert_eq!(nobody.log_in("root", "another sesame").status, 401);
    assert_eq!(nobody.log_in("root", PASSWORD).status, 200);
    assert_eq!(desk.token("root").get(path).json(), first);
}

fn a_login_and_a_logout_outlive_a_restart(place: Place) {
    let desk = place.start();
    let here = [desk.token("root"), desk.cookie("noc")];
    let gone = [desk.token("root"), desk.cookie("noc")];
    for caller in &gone {
        assert_eq!(caller.post("/api/v1/auth/logout", "").status, 204);
    }
    assert_eq!(desk.stop().code, Some(0));
    let desk = place.start();
    let status = |caller: &Caller| caller.at(&desk).get("/api/v1/auth/me").status;
    assert_eq!(here.each_ref().map(status), [200, 200]);
    assert_eq!(gone.each_ref().map(status), [401, 401]);
}

fn a_database_from_a_newer_version_is_left_alone(place: Place) {
    assert_eq!(place.start().stop().code, Some(0));
    place.tamper(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         select 9999, 'later', success, checksum, 0 from _sqlx_migrations where version = 1",
    );
    refuses(&place, &["newer version of the Desk", "9999"]);
}

fn a_site_whose_ca_is_no_pem_stops_the_start(mut place: Place) {
    place.add_domain("a.example", "here");
    place.write("ca.pem", "-----BEGIN NONSENSE-----\n");
    place.set("sites.here.extra_ca", "ca.pem");
    refuses(&place, &["ca.pem: holds no PEM certificate"]);
    place.set("sites.here.extra_ca", "nowhere.pem");
    refuses(&place, &["nowhere.pem", "No such file"]);
}

#[test]
fn a_wrong_configuration_is_named_with_its_line() {
    let place = Place::sqlite();
    for (text, said) in [
        (
            "[server]\nlisen = \"127.0.0.1:1\"\n",
            "desk.toml:2: server.lisen: there is no such key",
        ),
        ("[server]\n\nlisten = 8080\n", "desk.toml:3: server.listen: "),
        ("[server\n", "desk.toml:1: this is not TOML"),
        ("[schedule]\nchecks = \"0s\"\n", "desk.toml:2: schedule.checks: "),
        (
            "[auth]\njwt_secret = \"env:UNSET\"\n",
            "desk.toml:2: auth.jwt_secret: the variable UNSET is not set",
        ),
        ("[[domains]]\nname = \"a b\"\n", "desk.toml:2: domains[0].name: "),
        (
            "[database]\nurl = \"mysql://root:hunter2@db/desk\"\n",
            "desk.toml:2: database.url: ",
        ),
    ] {
        place.write("desk.toml", text);
        refuses(&place, &[said]);
    }
}

#[test]
fn a_configuration_that_cannot_be_read_is_named() {
    let place = Place::sqlite();
    fs::remove_file(place.folder().join("desk.toml")).unwrap();
    refuses(&place, &["desk.toml: there is no such file"]);
    fs::create_dir(place.folder().join("desk.toml")).unwrap();
    refuses(&place, &["desk.toml: this is a folder"]);
    fs::remove_dir(place.folder().join("desk.toml")).unwrap();
    fs::write(place.folder().join("desk.toml"), b"[server]\n# \xff\n").unwrap();
    refuses(&place, &["desk.toml: line 2 is not UTF-8"]);
}

#[test]
fn a_short_token_secret_is_refused_and_not_repeated() {
    let mut place = Place::sqlite();
    place.write("jwt_secret", "hunter2-hunter2-hunter2-hunter2");
    place.set("auth.jwt_secret", "file:jwt_secret");
    let said = refuses(&place, &["auth.jwt_secret: it has fewer than 32 bytes"]);
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_certificate_that_cannot_be_served_stops_the_start() {
    let mut place = Place::sqlite();
    let ca = Ca::new("Test").unwrap();
    let (ours, other) = (ca.leaf().issue().unwrap(), ca.leaf().issue().unwrap());
    place.set("server.tls.cert", "fullchain.pem");
    place.set("server.tls.key", "privkey.pem");
    refuses(&place, &["server.tls.cert: fullchain.pem: No such file"]);
    place.write("fullchain.pem", "Dear Sir or Madam");
    refuses(&place, &["server.tls.key: privkey.pem: No such file"]);
    place.write("privkey.pem", "hunter2");
    refuses(&place, &["fullchain.pem: holds no certificate in PEM"]);
    place.write("fullchain.pem", &ours.fullchain_pem());
    let said = refuses(&place, &["privkey.pem: holds no private key in PEM"]);
    assert!(!said.contains("hunter2"), "{said}");
    place.write("privkey.pem", other.key_pem());
    refuses(
        &place,
        &["the key in privkey.pem is not that of the certificate in fullchain.pem"],
    );
    place.set("server.tls.key", "/dev/zero");
    refuses(&place, &["server.tls.key: /dev/zero: larger than"]);
}

#[test]
fn a_port_that_is_taken_is_said_before_anything_is_written() {
    let mut place = Place::sqlite();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    place.set("server.listen", address.as_str());
    refuses(&place, &[&address, "already in use"]);
}

#[test]
fn only_a_loopback_address_goes_without_login() {
    let mut place = Place::sqlite();
    place.set("auth.enabled", false);
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        place.set("server.listen", address);
        refuses(&place, &["auth.enabled: false is refused", address]);
    }
}

#[test]
fn an_address_of_another_machine_is_refused() {
    let mut place = Place::sqlite();
    place.set("server.listen", "192.0.2.1:8080");
    refuses(&place, &["cannot listen on 192.0.2.1:8080"]);
}

#[test]
fn what_is_no_database_is_left_alone() {
    let mut place = Place::sqlite();
    place.write("letter.txt", &"Dear Sir or Madam, ".repeat(100));
    place.set("database.url", "sqlite://letter.txt");
    refuses(&place, &["letter.txt is not an SQLite database"]);
    place.set("database.url", "sqlite://letter.txt/data/desk.db");
    refuses(&place, &["letter.txt/data"]);
    place.set("database.url", "sqlite:///proc/desk.db");
    refuses(&place, &["/proc/desk.db"]);
}

#[test]
fn a_database_server_that_is_not_there_is_said_without_its_password() {
    let mut place = Place::sqlite();
    let closed = Port::new().unwrap();
    let free = closed.endpoint();
    place.set("database.url", format!("postgres://desk:hunter2@{free}/desk"));
    let said = refuses(&place, &["desk at 127.0.0.1", "refused"]);
    assert!(!said.contains("hunter2"), "{said}");
}

/// The start fails with one line that has these words, and changes no file.
fn refuses(place: &Place, words: &[&str]) -> String {
    let snapshot = || -> Vec<_> {
        let mut contents = place.contents();
        // SQLite's own files come and go as it looks.
        contents.retain(|path| !path.to_string_lossy().contains("desk.db-"));
        contents
            .into_iter()
            .map(|path| (fs::read(&path).ok(), path))
            .collect()
    };
    let before = snapshot();
    let done = place.fail_to_start();
    assert_ne!(done.code, Some(0), "{done:?}");
    assert_eq!((done.err.lines().count(), done.out.as_str()), (1, ""), "{done:?}");
    for part in words {
        assert!(done.err.contains(part), "{part:?} is not in {:?}", done.err);
    }
    assert_eq!(snapshot(), before, "{:?}", done.err);
    done.err
}

#[test]
fn with_nothing_configured_it_keeps_its_data_in_the_working_folder() {
    let place = Place::sqlite();
    // The one default that a test cannot have is the port.
    place.write("desk.toml", "[server]\nlisten = \"127.0.0.1:0\"\n");
    let desk = place.start();
    assert_eq!(
        desk.anonymous().get("/health/ready").json(),
        json!({ "status": "ok", "database": "ok" })
    );
    drop(desk.stop());
    let secret = place.folder().join("data/jwt_secret");
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&secret).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    fs::write(&secret, "short").unwrap();
    refuses(&place, &["data/jwt_secret", "fewer than 32 bytes"]);
}
