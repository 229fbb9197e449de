//! `cert_san`: the lineage's own certificate, whatever is deployed and served, in every state.

use super::{HOST, LIMITS, Stage, Verdict, domain, reproduced, write};
use engine::{Engine, Trust, checks, site::Host};
use model::{Code, Domain, DomainName, Language, State, Step, Timestamp};
use std::{fs, path::PathBuf, sync::Arc};
use testkit::ca::Leaf;

const CHECK: &str = "cert_san";

impl Stage {
    /// Over a lineage that was issued just now.
    async fn over(&self, leaf: Leaf<'_>) -> Verdict {
        leaf.issue().unwrap().write(&self.path("live")).unwrap();
        self.verdict(CHECK).await
    }

    async fn with_aliases(&self, aliases: &[&str]) -> Step {
        let aliases = aliases.iter().map(|alias| DomainName::parse(alias).unwrap());
        let domain = Domain {
            aliases: aliases.collect(),
            ..domain("a.example")
        };
        let chosen = [checks::find(CHECK).unwrap()];
        self.sweep(&self.site, &[domain], &chosen)
            .await
            .remove(0)
            .remove(0)
    }

    async fn at(&self, moment: Timestamp) -> Verdict {
        let sites = std::slice::from_ref(&self.site);
        let engine = Engine::new(sites, Trust::nobody(), LIMITS, Arc::new(move || moment)).unwrap();
        let (domain, chosen) = (domain("a.example"), [checks::find(CHECK).unwrap()]);
        let sweep = Arc::new(engine).sweep();
        let step = sweep
            .run(&self.site, &[&domain], &chosen)
            .await
            .remove(0)
            .remove(0);
        (step.state, step.code)
    }
}

#[tokio::test]
async fn the_mail_host_and_its_aliases_are_covered_by_the_issued_certificate() {
    let stage = Stage::set().await;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
    assert_eq!(step.evidence.leaf.as_ref().unwrap().sans, [HOST]);
    assert!(step.evidence.missing.is_empty());
    let path = stage.path("live/fullchain.pem");
    assert_eq!(step.evidence.path, Some(path.display().to_string()));

    // A wildcard covers one label, and case does not matter.
    let leaf = stage.ca.leaf().names(["Mail.A.example", "*.nfe.example"]);
    leaf.issue().unwrap().write(&stage.path("live")).unwrap();
    let step = stage.with_aliases(&["a.nfe.example", "b.nfe.example"]).await;
    assert_eq!(step.code, Code::Ok, "{step:?}");
}

#[tokio::test]
async fn what_the_certificate_lacks_is_named_in_both_languages() {
    let stage = Stage::set().await;
    let step = stage
        .with_aliases(&["nfe.a.example", "mail.a.example", "x.mail.a.example"])
        .await;
    assert_eq!((step.state, step.code), (State::Fail, Code::SanMissing));
    assert_eq!(step.evidence.missing, ["nfe.a.example", "x.mail.a.example"]);
    for language in [Language::Pt, Language::En] {
        let said = step.say(language);
        assert!(
            said.message.contains("nfe.a.example, x.mail.a.example"),
            "{said:?}"
        );
    }
    let san = reproduced(&step);
    assert!(
        san.contains("DNS:mail.a.example") && !san.contains("nfe"),
        "{san}"
    );

    // The subject's CN has not counted for years.
    let only_cn = stage.ca.leaf().cn(HOST);
    assert_eq!(stage.over(only_cn).await, (State::Fail, Code::SanMissing));
    let expired_too = stage.ca.leaf().names(["mail.b.example"]).expired();
    assert_eq!(stage.over(expired_too).await, (State::Fail, Code::SanMissing));
}

#[tokio::test]
async fn a_lineage_that_was_not_renewed_warns_before_it_fails() {
    let stage = Stage::set().await;
    let leaf = || stage.ca.leaf().names([HOST]);
    for (leaf, verdict) in [
        (leaf().days_left(90, 21), (State::Ok, Code::Ok)),
        (leaf().days_left(90, 19), (State::Warn, Code::ExpiresSoon)),
        (leaf().days_left(6, 21), (State::Ok, Code::Ok)),
        (leaf().days_left(6, 19), (State::Warn, Code::ExpiresSoon)),
        (leaf().expired(), (State::Fail, Code::Expired)),
        (leaf().not_yet_valid(), (State::Fail, Code::NotYetValid)),
    ] {
        assert_eq!(stage.over(leaf).await, verdict);
    }
    // To the second.
    assert_eq!(stage.over(leaf()).await.1, Code::Ok);
    let end = stage.step(CHECK).await.evidence.leaf.unwrap().not_after;
    assert_eq!(stage.at(end).await, (State::Warn, Code::ExpiresSoon));
    let next = Timestamp::from_seconds(end.seconds() + 1);
    assert_eq!(stage.at(next).await, (State::Fail, Code::Expired));
}

#[tokio::test]
async fn a_lineage_that_is_not_there_or_no_certificate_fails_and_a_hidden_one_is_unknown() {
    let mut stage = Stage::set().await;
    for (path, verdict) in stage.unreadable() {
        if path.extension().is_some() {
            stage.site.lineage = Some(path.clone());
            assert_eq!(stage.verdict(CHECK).await, verdict, "{path:?}");
        }
    }
    for text in [
        "",
        "mail.a.example\n",
        "-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n",
    ] {
        write(&stage.path("odd.pem"), text, 0o644);
        stage.site.lineage = Some(stage.path("odd.pem"));
        assert_eq!(
            stage.verdict(CHECK).await,
            (State::Fail, Code::NotPem),
            "{text:?}"
        );
    }
    // What `certbot certificates` would print is no certificate.
    let listed = format!("Certificate Name: mail\n    Domains: {HOST}\n    Expiry Date: VALID\n");
    fs::write(stage.path("live/fullchain.pem"), listed).unwrap();
    stage.site.lineage = Some(stage.path("live"));
    assert_eq!(stage.verdict(CHECK).await, (State::Fail, Code::NotPem));

    stage.site.host = Host::Ssh("ssh://desk@127.0.0.1:1".to_owned());
    assert_eq!(
        stage.verdict(CHECK).await,
        (State::Unknown, Code::HostUnreachable)
    );
}

#[tokio::test]
async fn without_a_lineage_the_check_is_skipped_and_names_the_key() {
    let mut stage = Stage::set().await;
    stage.site.lineage = None::<PathBuf>;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
    assert_eq!(step.evidence.wants.as_deref(), Some("sites.vm112.lineage"));
}
