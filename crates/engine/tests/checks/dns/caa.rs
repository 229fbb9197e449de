//! `dns_caa`: whether the CA in use may issue, in every state.

use super::World;
use model::{Code, State};
use tempfile::TempDir;
use testkit::{Ca, Peer, Port, servers::Zone};

const CHECK: &str = "dns_caa";

/// A lineage that a CA of this name issued for some names; its folder is to be kept.
fn issued(world: &mut World, ca: &str, names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let issued = Ca::new(ca)
        .unwrap()
        .leaf()
        .names(names.iter().copied())
        .issue()
        .unwrap();
    issued.write(folder.path()).unwrap();
    world.site.lineage = Some(folder.path().to_owned());
    folder
}

#[tokio::test]
async fn the_ca_in_use_must_be_among_those_that_are_named() {
    let (ok, fail) = (State::Ok, State::Fail);
    let stories = [
        (
            "a",
            "@ CAA 0 issue \"letsencrypt.org\"\nmail A 192.0.2.1",
            ok,
            Code::Ok,
        ),
        (
            "b",
            "@ CAA 0 issue \"digicert.com\"\nmail CAA 0 issue \"letsencrypt.org; accounturi=https://x.example/1\"",
            ok,
            Code::Ok,
        ),
        ("c", "@ CAA 0 iodef \"mailto:s@c.example\"", ok, Code::Ok),
        (
            "d",
            "@ CAA 0 issue \"letsencrypt.org\"\n@ CAA 0 issuewild \";\"",
            ok,
            Code::Ok,
        ),
        ("e", "mail CNAME mail.a.example.", ok, Code::Ok),
        (
            "f",
            "@ CAA 0 issue \"digicert.com\"\n@ CAA 0 issue \"pki.goog\"",
            fail,
            Code::CaaForbids,
        ),
        ("g", "@ CAA 0 issue \";\"", fail, Code::CaaForbids),
        (
            "h",
            "@ CAA 0 issue \"letsencrypt.org\"\n@ CAA 128 strange \"x\"",
            fail,
            Code::CaaForbids,
        ),
        ("i", "", ok, Code::Ok),
    ];
    let mut world = World::telling(&stories);
    let hosts = stories.map(|(name, ..)| format!("mail.{name}.example"));
    let _folder = issued(&mut world, "Let's Encrypt", &hosts.each_ref().map(String::as_str));
    world.agrees(CHECK, &stories).await;
}

#[tokio::test]
async fn a_wildcard_asks_for_issuewild() {
    let records = "@ CAA 0 issue \"letsencrypt.org\"\n@ CAA 0 issuewild \"digicert.com\"";
    let mut world = World::with("a.example", records);
    for (name, verdict) in [
        ("mail.a.example", (State::Ok, Code::Ok)),
        ("*.a.example", (State::Fail, Code::CaaForbids)),
    ] {
        let _folder = issued(&mut world, "Let's Encrypt", &[name]);
        assert_eq!(world.verdict(CHECK, "a.example").await, verdict, "{name}");
    }
}

#[tokio::test]
async fn a_ca_that_cannot_be_told_is_unknown_where_it_matters() {
    let mut world = World::of(&[
        Zone::new("example", ""),
        Zone::new("a.example", "@ CAA 0 issue \"letsencrypt.org\""),
        Zone::new("b.example", ""),
    ]);
    let _folder = issued(&mut world, "Springfield", &["mail.a.example"]);
    assert_eq!(
        world.verdict(CHECK, "a.example").await,
        (State::Unknown, Code::CaUnknown)
    );
    assert_eq!(world.verdict(CHECK, "b.example").await, (State::Ok, Code::Ok));
    let step = world.step(CHECK, "a.example").await;
    assert_eq!(step.evidence.name.as_deref(), Some("Springfield"));

    // Without a lineage, what is served tells who issues.
    world.site.lineage = None;
    let issued = Ca::new("Let's Encrypt")
        .unwrap()
        .leaf()
        .names(["mail.a.example"])
        .issue()
        .unwrap();
    let server = Peer::serving(&issued).await.unwrap();
    world.site.imaps = Some(server.endpoint());
    assert_eq!(world.verdict(CHECK, "a.example").await, (State::Ok, Code::Ok));
    let closed = Port::new().unwrap();
    world.site.imaps = Some(closed.endpoint());
    assert_eq!(
        world.verdict(CHECK, "a.example").await,
        (State::Unknown, Code::Unreachable)
    );
    world.site.imaps = None;
    assert_eq!(
        world.verdict(CHECK, "a.example").await,
        (State::Skipped, Code::NotConfigured)
    );
}

#[tokio::test]
async fn without_an_answer_nothing_is_known() {
    let world = World::with("a.example", "");
    // What stands above cannot be asked for.
    assert_eq!(
        world.verdict(CHECK, "a.example").await,
        (State::Unknown, Code::DnsFailed)
    );
    world.knows_nothing_without_answers(CHECK, "a.example").await;
}
