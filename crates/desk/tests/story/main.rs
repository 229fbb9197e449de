//! A day at the Desk, through its use-cases alone: nobody may look, the checks run, the board tells.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot set its stage has failed"
)]

mod audit;
mod change;
mod edit;
mod history;
mod inventory;
mod onboarding;

use desk::{
    Actor, Desk, Setup,
    actor::Person,
    events::Tail,
    people::Welcome,
    webhooks::{Format, Integration, Secret},
};
use engine::{Engine, Site, Trust, net::Limits, site::Host};
use model::{
    Code, Cron, Domain, DomainName, Endpoint, Error, Language, Patience, Role, State, Timestamp,
    board::{Filter, MOST_ROWS, Verdict},
    event::What,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use store::Store;
use testkit::{Ca, Crowd, dns::NameServer};
use tokio_util::sync::CancellationToken;

struct Day {
    desk: Desk,
    engine: Arc<Engine>,
    setup: Setup,
    time: engine::Clock,
    crowd: Option<Crowd>,
    _names: NameServer,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Day {
    async fn begin(domains: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ca = Ca::new("Test").unwrap();
        let extra_ca = folder.path().join("ca.pem");
        std::fs::write(&extra_ca, ca.root_pem()).unwrap();
        let crowd = Crowd::start(&ca, domains).await.unwrap();
        let names = NameServer::agreeing().await.unwrap();
        let site = Site {
            name: "vm".to_owned(),
            imaps: Some(crowd.endpoint()),
            smtps: Some(crowd.endpoint()),
            extra_ca: Some(extra_ca),
            resolver: Some(names.endpoint()),
            ..Site::default()
        };
        // Its mail server is gone.
        let far = Site {
            name: "far".to_owned(),
            imaps: Some(Endpoint::new("127.0.0.1", 1).unwrap()),
            ..site.clone()
        };
        let clock = Arc::new(AtomicI64::new(testkit::clock::now().0));
        let tells = Arc::clone(&clock);
        let time: engine::Clock = Arc::new(move || Timestamp(tells.load(Ordering::SeqCst)));
        let sites = vec![site, far];
        let engine = Engine::new(&sites, Trust::nobody(), Limits::default(), Arc::clone(&time)).unwrap();
        let store = Store::open(&format!("sqlite://{}", folder.path().join("desk.db").display()))
            .await
            .unwrap();
        let setup = Setup {
            sites,
            period: Duration::from_mins(5),
            audit: Cron::daily(4),
            patience: Patience::default(),
            login_rate_limit: 5,
            hosts: vec![
                ("here".to_owned(), Host::Local),
                // A port of this machine where nobody answers.
                ("there".to_owned(), Host::Ssh("ssh://root@127.0.0.1:1".to_owned())),
            ],
            integrations: vec![Integration {
                name: "vm".to_owned(),
                secret: Secret::new(onboarding::SECRET.to_owned()),
                url_key: None,
                format: Format::Desk,
                ticket_level: 10,
            }],
            seal: None,
            hooks: Vec::new(),
            internal_token: Secret::new(TOKEN.to_owned()),
            missing_secrets: vec!["auth.internal_token".to_owned()],
        };
        let engine = Arc::new(engine);
        let desk = Desk::open(store, Arc::clone(&engine), setup.clone(), Arc::clone(&time))
            .await
            .unwrap();
        let domains: Vec<Domain> = (0..domains)
            .map(|n| Domain {
                site: "vm".to_owned(),
                ..Domain::plain(name(n))
            })
            .collect();
        desk.seed(&domains).await.unwrap();
        Self {
            desk,
            engine,
            setup,
            time,
            crowd: Some(crowd),
            _names: names,
            clock,
            _folder: folder,
        }
    }

    /// Another process takes over where this one is gone.
    async fn starts_again(&mut self) {
        let store = self.desk.store().clone();
        self.desk = Desk::open(
            store,
            Arc::clone(&self.engine),
            self.setup.clone(),
            Arc::clone(&self.time),
        )
        .await
        .unwrap();
    }

    fn later(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// Checks a domain now, a minute after the last time.
    async fn checks(&self, n: usize) {
        self.later(60_000);
        self.desk.check_now(&operator(), &name(n), None).await.unwrap();
    }

    async fn events_after(&self, id: i64) -> Vec<What> {
        match self.desk.events_after(&operator(), id).await.unwrap() {
            Tail::Events(events) => events.into_iter().map(|event| event.what).collect(),
            Tail::Reset(last) => panic!("{last} is the last one"),
        }
    }

    /// Waits until a domain has been checked, which nobody asks for here.
    async fn is_checked(&self, domain: &DomainName) -> model::board::Row {
        let mut bell = self.desk.event_bell();
        let checked = async {
            loop {
                let row = self.desk.row(&operator(), domain, Language::En).unwrap();
                if row.verdict != Verdict::Pending {
                    return row;
                }
                bell.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(30), checked)
            .await
            .unwrap()
            .into_inner()
    }

    fn row(&self, n: usize) -> model::board::Row {
        self.desk
            .row(&operator(), &name(n), Language::En)
            .unwrap()
            .into_inner()
    }
}

fn name(n: usize) -> DomainName {
    DomainName::parse(&format!("d{n:05}.example")).unwrap()
}

fn person(role: Role) -> Actor {
    named(&role.to_string(), role)
}

fn operator() -> Actor {
    named("root", Role::SuperAdmin)
}

fn named(username: &str, role: Role) -> Actor {
    Actor::Person(Person {
        username: username.to_owned(),
        role,
        address: None,
        must_change_password: false,
    })
}

#[tokio::test]
async fn nobody_sees_anything_and_noc_runs_nothing() {
    let day = Day::begin(1).await;
    let (nobody, noc) = (Actor::Nobody, named("noc", Role::Noc));
    assert_eq!(
        day.desk.board(&nobody, &Filter::default(), Language::En),
        Err(Error::Anonymous)
    );
    assert_eq!(
        day.desk.status(&nobody, &name(0), Language::En).await,
        Err(Error::Anonymous)
    );
    assert!(matches!(
        day.desk.events_after(&nobody, 0).await,
        Err(Error::Anonymous)
    ));
    assert_eq!(day.desk.check_now(&noc, &name(0), None).await, Err(Error::Denied));
    assert_eq!(day.desk.check_all_now(&noc), Err(Error::Denied));
    assert!(day.desk.board(&noc, &Filter::default(), Language::En).is_ok());
    let unknown = DomainName::parse("unknown.example").unwrap();
    assert!(matches!(
        day.desk.check_now(&operator(), &unknown, None).await,
        Err(Error::NotFound { .. })
    ));
}

#[tokio::test]
async fn a_check_is_stored_and_announced_once_and_a_server_that_goes_away_is_not_proved() {
    let mut day = Day::begin(2).await;
    assert_eq!(day.row(0).verdict, Verdict::Pending);
    let bell = day.desk.event_bell();
    day.desk.check_now(&operator(), &name(0), None).await.unwrap();
    assert!(bell.has_changed().unwrap());
    assert_eq!(day.row(0).verdict, Verdict::Ready);
    assert_eq!(day.row(1).verdict, Verdict::Pending);

    let said = day.desk.last_event();
    day.later(60_000);
    day.desk.check_now(&operator(), &name(0), None).await.unwrap();
    assert_eq!(
        day.desk.last_event(),
        said,
        "nothing changed, nothing is announced"
    );

    day.crowd.take();
    day.later(60_000);
    day.desk.check_now(&operator(), &name(0), None).await.unwrap();
    let row = day.row(0);
    assert_eq!(row.verdict, Verdict::Unknown);
    assert!(row.fault.contains("accepts no connection"), "{}", row.fault);
    assert_eq!(row.since, Some(day.desk.now()));
    let changes = day.events_after(said).await;
    assert!(
        changes.contains(&What::Check {
            domain: name(0),
            check: model::CheckId::new("imap_cert_san_993"),
            before: Some(State::Ok),
            state: State::Unknown,
            code: Code::Unreachable,
        }),
        "{changes:?}"
    );

    let card = day.desk.card(&operator(), &name(0), Language::En).await.unwrap();
    assert!(!card.status.ready);
    let imap = card
        .history
        .iter()
        .find(|strip| strip.check.as_str() == "imap_cert_san_993");
    let spans: Vec<_> = imap.unwrap().spans.iter().map(|span| span.state).collect();
    assert_eq!(
        spans,
        [None, Some(State::Ok)],
        "the last run is this moment and has no length yet"
    );
}

#[tokio::test]
async fn a_check_of_one_kind_leaves_what_the_others_found() {
    let mut day = Day::begin(1).await;
    day.crowd.take();
    day.desk.check_now(&operator(), &name(0), None).await.unwrap();
    let before = day.row(0);
    let renewal = model::CheckId::new("cert_renew_ready");
    day.desk
        .check_now(&operator(), &name(0), Some(&renewal))
        .await
        .unwrap();
    let after = day.row(0);
    assert_eq!((after.verdict, after.fault), (before.verdict, before.fault));
}

#[tokio::test]
async fn the_schedule_checks_everybody_and_stops_without_losing_a_result() {
    let day = Day::begin(20).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (desk, stop) = (day.desk.clone(), stop.clone());
        async move { desk.run_schedule(stop).await }
    });
    let mut bell = day.desk.event_bell();
    let everybody = async {
        loop {
            let board = day
                .desk
                .board(&operator(), &Filter::default(), Language::En)
                .unwrap();
            if board.figures.pending == 0 {
                return board;
            }
            bell.changed().await.unwrap();
        }
    };
    let board = tokio::time::timeout(Duration::from_secs(30), everybody)
        .await
        .unwrap();
    assert_eq!(board.figures.ready, 20);
    stop.cancel();
    running.await.unwrap();
    day.desk.close().await;
}

#[tokio::test]
async fn the_board_puts_what_is_broken_first_and_can_be_narrowed() {
    let day = Day::begin(3).await;
    let stranger = Domain {
        site: "far".to_owned(),
        ..Domain::plain(DomainName::parse("a.example").unwrap())
    };
    day.desk.seed(std::slice::from_ref(&stranger)).await.unwrap();
    for domain in [&name(0), &name(2), &stranger.name] {
        day.desk.check_now(&operator(), domain, None).await.unwrap();
    }
    let board = day
        .desk
        .board(&operator(), &Filter::default(), Language::En)
        .unwrap();
    let order: Vec<_> = board
        .rows
        .iter()
        .map(|row| (row.domain.as_str(), row.verdict))
        .collect();
    assert_eq!(
        order,
        [
            ("a.example", Verdict::Unknown),
            ("d00001.example", Verdict::Pending),
            ("d00000.example", Verdict::Ready),
            ("d00002.example", Verdict::Ready),
        ]
    );
    let narrowed = Filter {
        q: "D0000".to_owned(),
        state: Some(Verdict::Ready),
        site: Some("vm".to_owned()),
    };
    let list = |filter: &Filter, after, most| {
        let (rows, more) = day
            .desk
            .listed(&operator(), filter, after, most, Language::En)
            .unwrap()
            .into_inner();
        let names: Vec<String> = rows.iter().map(|row| row.domain.to_string()).collect();
        (names.join(" "), more)
    };
    assert_eq!(
        list(&narrowed, None, 50),
        ("d00000.example d00002.example".to_owned(), false)
    );
    assert_eq!(list(&narrowed, None, 1), ("d00000.example".to_owned(), true));
    assert_eq!(
        list(&narrowed, Some("d00000.example"), 1),
        ("d00002.example".to_owned(), false)
    );
    assert_eq!(list(&Filter::default(), None, 2).0, "a.example d00000.example");
    let board = day.desk.board(&operator(), &narrowed, Language::En).unwrap();
    assert_eq!(
        board.rows.len(),
        4,
        "the browser hides what the filter leaves out"
    );
}

#[tokio::test]
async fn of_a_large_board_the_first_rows_that_the_filter_keeps_are_shown() {
    let day = Day::begin(MOST_ROWS + 1).await;
    day.desk
        .check_now(&operator(), &name(MOST_ROWS), None)
        .await
        .unwrap();
    let board = |filter: &Filter| day.desk.board(&operator(), filter, Language::En).unwrap();
    let whole = board(&Filter::default());
    assert_eq!(
        (whole.rows.len(), whole.left_out, whole.is_cut()),
        (MOST_ROWS, 1, true)
    );
    assert_eq!(whole.figures.domains, MOST_ROWS + 1);
    let ready = board(&Filter {
        state: Some(Verdict::Ready),
        ..Filter::default()
    });
    assert_eq!((ready.rows.len(), ready.left_out, ready.is_cut()), (1, 0, true));
    assert_eq!(ready.figures, whole.figures);
}

#[tokio::test]
async fn the_first_start_makes_four_users_and_a_change_ends_what_was_given_before() {
    let day = Day::begin(1).await;
    let from = "192.0.2.7".parse().unwrap();
    let newcomers = day
        .desk
        .welcome(welcome(Some("correct horse battery")), String::new)
        .await
        .unwrap();
    let names: Vec<_> = newcomers.iter().map(|newcomer| newcomer.username).collect();
    assert_eq!(names, ["root", "admin", "mini", "noc"]);
    assert!(
        day.desk
            .welcome(welcome(None), String::new)
            .await
            .unwrap()
            .is_empty(),
        "only at the first start"
    );

    assert_eq!(
        day.desk.log_in("root", "wrong", from).await,
        Err(Error::Anonymous)
    );
    assert_eq!(
        day.desk.log_in("nobody", "wrong", from).await,
        Err(Error::Anonymous)
    );
    let user = day
        .desk
        .log_in("root", "correct horse battery", from)
        .await
        .unwrap();
    assert_eq!(
        day.desk.recognise("root", user.version, "", None).await.unwrap(),
        operator()
    );
    assert_eq!(
        day.desk
            .recognise("root", user.version + 1, "", None)
            .await
            .unwrap(),
        Actor::Nobody
    );
    assert_eq!(
        day.desk.recognise("nobody", 1, "", None).await.unwrap(),
        Actor::Nobody
    );

    day.desk.log_in("root", "wrong", from).await.unwrap_err();
    day.desk.log_in("root", "wrong", from).await.unwrap_err();
    let sixth = day.desk.log_in("root", "correct horse battery", from).await;
    assert!(matches!(sixth, Err(Error::TooMany { .. })), "{sixth:?}");
}

fn welcome(password: Option<&str>) -> Welcome {
    Welcome {
        password: password.map(str::to_owned),
        must_change: false,
    }
}

const TOKEN: &str = "a token between machines";
