//! `dns_ptr`: the names of the site's addresses, in every state.

use super::World;
use model::{Code, State};
use testkit::servers::Zone;

const CHECK: &str = "dns_ptr";

fn world() -> World {
    World::of(&[
        Zone::new(
            "a.example",
            "mail A 192.0.2.1\nmail A 192.0.2.2\nmail AAAA 2001:db8::1",
        ),
        Zone::new(
            "2.0.192.in-addr.arpa",
            "1 PTR mail.a.example.\n2 PTR other.a.example.\n2 PTR mail.a.example.\n3 PTR mail.a.example.\n\
             4 PTR gone.a.example.\n5 TXT none\n6 PTR mail.elsewhere.test.",
        ),
        Zone::new(
            "8.b.d.0.1.0.0.2.ip6.arpa",
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR mail.a.example.",
        ),
    ])
}

#[tokio::test]
async fn a_name_must_lead_back_to_its_address() {
    let fail = State::Fail;
    for (addresses, state, code) in [
        (
            &["192.0.2.1", "192.0.2.2", "2001:db8::1"][..],
            State::Ok,
            Code::Ok,
        ),
        (&["192.0.2.1", "192.0.2.3"], fail, Code::WrongRecord),
        (&["192.0.2.4"], fail, Code::WrongRecord),
        (&["192.0.2.5"], fail, Code::NoRecord),
        (&["2001:db8::2"], fail, Code::NoSuchName),
        (&["192.0.2.6"], State::Unknown, Code::DnsFailed),
        (&["198.51.100.1"], State::Unknown, Code::DnsFailed),
    ] {
        let verdict = world().expecting(addresses).verdict(CHECK, "a.example").await;
        assert_eq!(verdict, (state, code), "{addresses:?}");
    }
    // Without expected addresses, those of the mail host.
    assert_eq!(world().verdict(CHECK, "a.example").await, (State::Ok, Code::Ok));
}

#[tokio::test]
async fn without_an_answer_nothing_is_known() {
    world()
        .expecting(&["192.0.2.1"])
        .knows_nothing_without_answers(CHECK, "a.example")
        .await;
}
