//! `dns_tls_rpt`: where failures of TLS are reported, in every state.

use super::World;
use model::{Code, State};

const CHECK: &str = "dns_tls_rpt";

#[tokio::test]
async fn reports_must_have_somewhere_to_go() {
    let (ok, warn, fail) = (State::Ok, State::Warn, State::Fail);
    let stories = [
        (
            "a",
            "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@a.example\"",
            ok,
            Code::Ok,
        ),
        ("b", "_smtp._tls CNAME _smtp._tls.a.example.", ok, Code::Ok),
        ("c", "@ A 192.0.2.1", warn, Code::NotPublished),
        ("d", "_smtp._tls TXT \"other\"", warn, Code::NotPublished),
        (
            "e",
            "_smtp._tls TXT \"v=TLSRPTv1; rua=tls@a.example\"",
            fail,
            Code::InvalidRecord,
        ),
        (
            "f",
            "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@f.example\"\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:b@f.example\"",
            fail,
            Code::SeveralRecords,
        ),
        (
            "g",
            "_smtp._tls CNAME elsewhere.test.",
            State::Unknown,
            Code::DnsFailed,
        ),
    ];
    World::telling(&stories).agrees(CHECK, &stories).await;
}

#[tokio::test]
async fn without_an_answer_nothing_is_known() {
    let world = World::with("a.example", "");
    world.knows_nothing_without_answers(CHECK, "a.example").await;
}
