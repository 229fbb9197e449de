//! The demo's lab, judged by the checks that the board shows.

use super::{Operator, name};
use engine::{Limits, Site, site::Renewal};
use model::{Code, Domain, State};
use std::time::Duration;
use testkit::{
    Lab, clock,
    lab::{self, LabSite},
};

/// The lab, and an operator who has it in the configuration.
struct Watch {
    folder: tempfile::TempDir,
    lab: Lab,
    sites: Vec<Site>,
    operator: Operator,
}

impl Watch {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lab = Lab::start(folder.path()).await.unwrap();
        let sites: Vec<_> = lab.sites().iter().map(configured).collect();
        Self {
            operator: Operator::of(&sites, Limits::default()),
            folder,
            lab,
            sites,
        }
    }

    async fn verdicts(&self, domain: &str) -> Vec<(String, State, Code)> {
        let domain: Domain = self
            .lab
            .domains()
            .into_iter()
            .find(|d| d.name == name(domain))
            .unwrap();
        let site = self.sites.iter().find(|site| site.name == domain.site).unwrap();
        let mut sweep = self
            .operator
            .engine
            .sweep()
            .run(site, &[&domain], engine::checks::ALL)
            .await;
        let steps = sweep.remove(0).into_iter();
        steps
            .map(|step| (step.id.to_string(), step.state, step.code))
            .collect()
    }

    async fn codes(&self, domain: &str) -> Vec<Code> {
        self.verdicts(domain)
            .await
            .into_iter()
            .map(|(_, _, code)| code)
            .collect()
    }

    async fn turns_green(&self, domain: &str) -> bool {
        let green = async || self.codes(domain).await == [Code::Ok; 4];
        clock::until(Duration::from_secs(20), green).await
    }
}

fn configured(site: &LabSite) -> Site {
    Site {
        name: site.name.clone(),
        imaps: Some(site.imaps.clone()),
        smtps: Some(site.smtps.clone()),
        extra_ca: Some(site.ca.clone()),
        lineage: Some(site.lineage.clone()),
        deployed_cert: Some(site.deployed_cert.clone()),
        deployed_key: Some(site.deployed_key.clone()),
        renew_script: Some(site.renew_script.clone()),
        renewal: Some(Renewal::Cron(site.renew_cron.clone())),
        ..Site::default()
    }
}

#[tokio::test]
async fn the_board_opens_on_the_faults_that_really_happen() {
    use Code::{
        Expired, ExpiresSoon, NotServed, Ok, ScriptMissing, ScriptNotExecutable, Unreachable, Untrusted,
        WrongSite,
    };
    let watch = Watch::start().await;
    for (domain, codes) in [
        // IMAP, SMTP, deployed, renewal
        ("ligbox.example", [Ok, Ok, Ok, Ok]),
        ("myvexx.example", [Ok, Ok, Ok, Ok]),
        ("zextra.example", [Ok, Ok, Ok, Ok]),
        ("betinsport.example", [WrongSite, WrongSite, Ok, Ok]),
        (
            "diarissima.example",
            [ExpiresSoon, ExpiresSoon, Ok, ScriptNotExecutable],
        ),
        ("dratcoin.example", [Expired, Expired, Ok, ScriptMissing]),
        ("ibytera.example", [Untrusted, Untrusted, Ok, Ok]),
        ("betinplace.example", [Ok, WrongSite, NotServed, Ok]),
        ("eplacebets.example", [Ok, Ok, NotServed, Ok]),
        ("iofficebooks.example", [Unreachable, Ok, Ok, Ok]),
    ] {
        assert_eq!(watch.codes(domain).await, codes, "{domain}");
    }
}

#[tokio::test]
async fn whoever_heals_a_domain_sees_it_turn_green() {
    let watch = Watch::start().await;
    for domain in watch.lab.domains() {
        lab::heal(watch.folder.path(), &domain.name).unwrap();
    }
    for domain in watch.lab.domains() {
        assert!(watch.turns_green(domain.name.as_str()).await, "{}", domain.name);
    }
}

#[tokio::test]
async fn a_stopped_server_is_unknown_and_comes_back() {
    let watch = Watch::start().await;
    let ligbox = name("ligbox.example");
    lab::stop(watch.folder.path(), &ligbox).unwrap();
    let is_unknown = async || {
        let verdicts = watch.verdicts("ligbox.example").await;
        verdicts[0].1 == State::Unknown && verdicts[1].1 == State::Unknown
    };
    assert!(clock::until(Duration::from_secs(20), is_unknown).await);
    // The files are still right: what could not be seen is not made up.
    assert_eq!(watch.codes("ligbox.example").await[2..], [Code::Ok, Code::Ok]);
    lab::start(watch.folder.path(), &ligbox).unwrap();
    assert!(watch.turns_green("ligbox.example").await);
}
