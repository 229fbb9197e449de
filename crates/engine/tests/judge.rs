//! The judgement over chains of a real CA: the first question that fails is the verdict.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use engine::{Judge, Trust};
use model::{Code, DomainName, Reason, State, Timestamp, evidence::Outcome, time::DAY};
use rustls_pki_types::CertificateDer;
use testkit::{
    ca::{Ca, Issued, KeyKind, Leaf, Usage},
    clock::now,
};

const HOST: &str = "mail.example.com";

struct Bench {
    ca: Ca,
    trust: Trust,
    judge: Judge,
}

impl Bench {
    fn new() -> Self {
        let ca = Ca::new("Test").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, ca.root_pem()).unwrap();
        let trust = Trust::nobody().with_extra(&file).unwrap();
        Self {
            ca,
            trust,
            judge: Judge::default(),
        }
    }

    fn leaf(&self) -> Leaf<'_> {
        self.ca.leaf().names([HOST])
    }

    fn judge(&self, issued: &Issued) -> Outcome {
        self.judge_at(issued, now())
    }

    fn judge_at(&self, issued: &Issued, at: Timestamp) -> Outcome {
        self.judge
            .judge(issued.chain(), &DomainName::parse(HOST).unwrap(), &self.trust, at)
    }

    fn verdict(&self, leaf: &Leaf<'_>) -> (Code, Option<Reason>) {
        let outcome = self.judge(&leaf.issue().unwrap());
        (outcome.code, outcome.evidence.reason)
    }
}

#[test]
fn a_good_certificate_is_ok_and_its_evidence_is_whole() {
    let bench = Bench::new();
    for key in [KeyKind::EcP256, KeyKind::Rsa2048, KeyKind::Ed25519] {
        let issued = bench.leaf().key(key).issue().unwrap();
        let outcome = bench.judge(&issued);
        assert_eq!((outcome.state, outcome.code), (State::Ok, Code::Ok), "{key:?}");
        let leaf = outcome.evidence.leaf.unwrap();
        assert_eq!(leaf.sans, [HOST]);
        assert_eq!(leaf.cn.as_deref(), Some(HOST));
        assert_eq!(leaf.sha256.len(), 64);
        assert!(
            leaf.serial
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
            "{}",
            leaf.serial
        );
        assert_eq!(outcome.evidence.chain.len(), 2);
    }
}

#[test]
fn the_name_is_asked_first_whatever_else_is_wrong() {
    let bench = Bench::new();
    let others = bench.ca.leaf().names(["mail.ligbox.com.br"]).expired();
    assert_eq!(bench.verdict(&others).0, Code::WrongSite);
    assert_eq!(bench.verdict(&bench.ca.leaf().cn(HOST)).0, Code::CnOnly);
    assert_eq!(
        bench.verdict(&bench.ca.leaf().cn("else.example")).0,
        Code::WrongSite
    );
    assert_eq!(
        bench.verdict(&bench.ca.leaf().names(["*.example.com"])).0,
        Code::Ok
    );
    assert_eq!(
        bench
            .verdict(&bench.ca.leaf().names(["mail.example.com\0.evil.example"]))
            .0,
        Code::WrongSite
    );
}

#[test]
fn dates_come_before_trust() {
    let bench = Bench::new();
    assert_eq!(
        bench.verdict(&bench.leaf().expired().self_signed()).0,
        Code::Expired
    );
    assert_eq!(
        bench.verdict(&bench.leaf().not_yet_valid().self_signed()).0,
        Code::NotYetValid
    );
}

#[test]
fn a_chain_that_leads_nowhere_says_why() {
    let bench = Bench::new();
    let untrusted = |reason| (Code::Untrusted, Some(reason));
    assert_eq!(
        bench.verdict(&bench.leaf().self_signed()),
        untrusted(Reason::SelfSigned)
    );
    assert_eq!(
        bench.verdict(&bench.leaf().without_intermediate()),
        untrusted(Reason::IncompleteChain)
    );
    let stranger = Ca::new("Stranger").unwrap();
    assert_eq!(
        bench.verdict(&stranger.leaf().names([HOST])),
        untrusted(Reason::UnknownCa)
    );
}

#[test]
fn what_verifies_but_is_weak_is_a_failure_of_its_own() {
    let bench = Bench::new();
    let weak = |reason| (Code::Weak, Some(reason));
    assert_eq!(
        bench.verdict(&bench.leaf().key(KeyKind::Rsa1024)),
        weak(Reason::RsaUnder2048)
    );
    assert_eq!(bench.verdict(&bench.leaf().as_ca()), weak(Reason::LeafIsCa));
    assert_eq!(
        bench.verdict(&bench.leaf().usage(Usage::ClientOnly)),
        weak(Reason::NoServerAuth)
    );
    assert_eq!(bench.verdict(&bench.leaf().sha1()), weak(Reason::Sha1Signature));
    // RFC 5280 section 4.2.1.12: a leaf that names no purpose serves any.
    assert_eq!(bench.verdict(&bench.leaf().usage(Usage::Unsaid)).0, Code::Ok);
    // Weak and from a stranger is untrusted: the earlier question.
    let stranger = Ca::new("Stranger").unwrap();
    assert_eq!(
        bench.verdict(&stranger.leaf().names([HOST]).as_ca()).0,
        Code::Untrusted
    );
}

#[test]
fn a_fifth_of_the_lifetime_is_the_threshold_whatever_its_length() {
    let bench = Bench::new();
    for days in [6, 47, 90, 398] {
        assert_eq!(
            bench.verdict(&bench.leaf().days_left(days, 21)).0,
            Code::Ok,
            "{days} days, 21 % left"
        );
        assert_eq!(
            bench.verdict(&bench.leaf().days_left(days, 19)).0,
            Code::ExpiresSoon,
            "{days} days, 19 % left"
        );
    }
}

#[test]
fn a_remembered_chain_is_judged_anew_when_a_date_passes() {
    let bench = Bench::new();
    let issued = bench.leaf().days_left(90, 50).issue().unwrap();
    let code_in = |days| bench.judge_at(&issued, now().plus(days * DAY)).code;
    assert_eq!(
        [code_in(0), code_in(30), code_in(46), code_in(-46), code_in(0)],
        [
            Code::Ok,
            Code::ExpiresSoon,
            Code::Expired,
            Code::NotYetValid,
            Code::Ok
        ]
    );
}

#[test]
fn one_trust_is_not_remembered_for_another() {
    let bench = Bench::new();
    let issued = bench.leaf().issue().unwrap();
    assert_eq!(bench.judge(&issued).code, Code::Ok);
    let host = DomainName::parse(HOST).unwrap();
    assert_eq!(
        bench
            .judge
            .judge(issued.chain(), &host, &Trust::nobody(), now())
            .code,
        Code::Untrusted
    );
}

#[test]
fn bytes_that_are_no_certificate_are_a_failure_and_no_panic() {
    let bench = Bench::new();
    let host = DomainName::parse(HOST).unwrap();
    for chain in [
        vec![],
        vec![CertificateDer::from(vec![])],
        vec![CertificateDer::from(vec![0x30, 0x82, 0xff, 0xff])],
    ] {
        assert_eq!(
            bench.judge.judge(&chain, &host, &bench.trust, now()).code,
            Code::HandshakeFailed
        );
    }
}
