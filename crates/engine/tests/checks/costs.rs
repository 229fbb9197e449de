//! What a sweep costs others: a handshake per door and name, a question per record, a connection per host.

use super::{LIMITS, Stage, domain, sweep::Counted};
use engine::{Check, Engine, Site, Trust, checks, site::Host};
use model::{Domain, Endpoint, State};
use std::{collections::BTreeSet, sync::Arc};
use testkit::{clock, dns::NameServer, servers::Sshd};

type DoorOf = fn(&mut Site) -> &mut Option<Endpoint>;

const DOORS: [DoorOf; 7] = [
    |site| &mut site.imaps,
    |site| &mut site.smtps,
    |site| &mut site.imap,
    |site| &mut site.submission,
    |site| &mut site.smtp,
    |site| &mut site.https,
    |site| &mut site.admin,
];

/// A stage whose every door, host and name server keeps count.
struct Counting {
    stage: Stage,
    doors: Vec<Counted>,
    names: NameServer,
    sshd: Sshd,
}

impl Counting {
    async fn set() -> Self {
        let mut stage = Stage::set().await;
        let mut doors = Vec::new();
        for door in DOORS {
            let server = door(&mut stage.site).take().unwrap();
            let counted = Counted::before(server.to_string()).await;
            *door(&mut stage.site) = Some(counted.peer.endpoint());
            doors.push(counted);
        }
        let names = NameServer::before(&stage.site.resolver.take().unwrap())
            .await
            .unwrap();
        stage.site.resolver = Some(names.endpoint());
        let sshd = Sshd::start().await;
        stage.site.host = Host::Ssh(sshd.url());
        Self {
            stage,
            doors,
            names,
            sshd,
        }
    }

    /// One sweep over two domains that share a mail host.
    async fn sweep(&self, chosen: &[&'static Check]) {
        let site = &self.stage.site;
        let engine = Engine::new(
            std::slice::from_ref(site),
            Trust::nobody(),
            LIMITS,
            Arc::new(clock::now),
        );
        let engine = engine.unwrap().with_ssh_config(self.sshd.client_config());
        let one = domain("a.example");
        let other = Domain {
            mail_host: one.mail_host.clone(),
            ..domain("b.example")
        };
        let sweep = Arc::new(engine).sweep();
        let steps = sweep.run(site, &[&one, &other], chosen).await.remove(0);
        let seen = |state| steps.iter().filter(|step| step.state == state).count();
        assert!(seen(State::Unknown) == 0 && seen(State::Ok) > 10, "{steps:#?}");
    }

    fn connections(&self) -> Vec<usize> {
        self.doors.iter().map(Counted::connections).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fourteen_cost_one_handshake_a_door_one_question_a_record_and_one_connection_a_host() {
    let counting = Counting::set().await;
    let fourteen: Vec<_> = checks::ALL
        .iter()
        .copied()
        .filter(|check| !check.group.is_set())
        .collect();
    assert_eq!(fourteen.len(), 14);
    counting.sweep(&fourteen).await;
    // Nothing of the fourteen asks for STARTTLS.
    assert_eq!(counting.connections(), [1, 1, 0, 0, 0, 1, 1]);
    assert_eq!(counting.sshd.logins(), 1);
    let asked = counting.names.asked();
    let questions: BTreeSet<_> = asked.iter().collect();
    assert_eq!(asked.len(), questions.len(), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_sets_open_at_most_four_further_connections_a_door() {
    let counting = Counting::set().await;
    counting.sweep(checks::ALL).await;
    for (door, connections) in counting.connections().into_iter().enumerate() {
        assert!((1..=5).contains(&connections), "door {door}: {connections}");
    }
    assert_eq!(counting.sshd.logins(), 1);
    let asked = counting.names.asked();
    let questions: BTreeSet<_> = asked.iter().collect();
    assert_eq!(asked.len(), questions.len(), "{asked:?}");
}
