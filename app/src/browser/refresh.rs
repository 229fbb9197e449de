//! Fetching what changed: gathered for a moment, each domain once at a time, a few at once.

use super::{dom, narrowing, panel, rows};
use leptos::prelude::{set_interval, set_timeout};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::Rc,
    time::Duration,
};
use wasm_bindgen_futures::spawn_local;

#[derive(Default)]
pub(super) struct Refresher {
    waiting: RefCell<BTreeSet<String>>,
    running: RefCell<BTreeSet<String>>,
    /// A timer is set that will look at what waits.
    armed: Cell<bool>,
    figures_due: Cell<bool>,
    reports_due: Cell<bool>,
}

impl Refresher {
    pub(super) fn start() -> Rc<Self> {
        let refresher = Rc::new(Self::default());
        let this = refresher.clone();
        // Sweeps that change nothing are not announced; "swept 12 s ago" has to be asked for.
        set_interval(move || this.look_again(), SWEEPS);
        // How far an audit is, nobody announces.
        set_interval(
            || {
                if dom::find(AUDITING).is_some() {
                    spawn_local(refresh_audit());
                }
            },
            AUDIT,
        );
        refresher
    }

    fn look_again(self: &Rc<Self>) {
        self.clone().figures();
        spawn_local(refresh_whole());
        self.proved();
        let shown = dom::find("#domain").and_then(|page| page.get_attribute("data-domain"));
        if let Some(domain) = shown.or_else(panel::domain) {
            self.changed(&domain);
        }
    }

    /// Something of this domain is no longer as the page shows it.
    pub(super) fn changed(self: &Rc<Self>, domain: &str) {
        self.proved();
        self.waiting.borrow_mut().insert(domain.to_owned());
        if !self.armed.replace(true) {
            let this = self.clone();
            set_timeout(move || this.look(), GATHER);
        }
    }

    /// A check may have proved what an onboarding waits for.
    fn proved(self: &Rc<Self>) {
        if dom::find("#onboarding").is_some() {
            self.reported();
        }
    }

    /// A ticket changed or a webhook came in: once for many of them.
    pub(super) fn reported(self: &Rc<Self>) {
        if !self.reports_due.replace(true) {
            let this = self.clone();
            set_timeout(
                move || {
                    this.reports_due.set(false);
                    spawn_local(refresh_reports());
                },
                REPORTS,
            );
        }
    }

    fn look(self: Rc<Self>) {
        self.armed.set(false);
        if self.waiting.borrow().len() > MANY && dom::find("#board").is_some() {
            self.waiting.borrow_mut().clear();
            spawn_local(rows::refresh_all());
            self.figures();
            return;
        }
        while self.running.borrow().len() < AT_ONCE {
            let next = self
                .waiting
                .borrow()
                .difference(&self.running.borrow())
                .next()
                .cloned();
            let Some(domain) = next else { break };
            self.waiting.borrow_mut().remove(&domain);
            self.running.borrow_mut().insert(domain.clone());
            let this = self.clone();
            spawn_local(async move {
                refresh(&domain).await;
                this.running.borrow_mut().remove(&domain);
                this.clone().look();
                this.figures();
            });
        }
    }

    /// The figures follow the rows, once for many of them.
    fn figures(self: Rc<Self>) {
        if dom::find("#figures").is_some() && !self.figures_due.replace(true) {
            set_timeout(
                move || {
                    self.figures_due.set(false);
                    spawn_local(refresh_figures());
                },
                FIGURES,
            );
        }
    }
}

async fn refresh(domain: &str) {
    if dom::find("#board").is_some() {
        rows::refresh(domain).await;
        panel::refresh(domain).await;
    }
    if dom::find("#domain")
        .and_then(|page| page.get_attribute("data-domain"))
        .as_deref()
        == Some(domain)
        && let Ok(part) = dom::part(&format!("/parts/domain/{domain}")).await
    {
        dom::swap("#domain", &part);
    }
}

/// The pages that show no domain in particular.
async fn refresh_whole() {
    for (part, path) in WHOLE {
        if dom::find(part).is_some()
            && let Ok(new) = dom::part(path).await
        {
            dom::swap(part, &new);
        }
    }
}

/// The audit's page, as the address narrows it.
async fn refresh_audit() {
    if dom::find("#audit").is_some()
        && let Ok(part) = dom::part(&format!("/parts/audit{}", query())).await
    {
        dom::swap("#audit-state", &part);
        dom::swap("#audit", &part);
    }
}

fn query() -> String {
    let query = dom::window().and_then(|window| window.location().search().ok());
    query.unwrap_or_default()
}

/// The lists as the address narrows them, and the ticket that is open.
async fn refresh_reports() {
    refresh_audit().await;
    let query = query();
    let number = dom::find("#ticket").and_then(|ticket| ticket.get_attribute("data-number"));
    let parts = [
        ("#tickets", Some(format!("/parts/tickets{query}"))),
        ("#events", Some(format!("/parts/events{query}"))),
        ("#onboarding", Some(format!("/parts/onboarding{query}"))),
        ("#ticket", number.map(|number| format!("/parts/ticket/{number}"))),
    ];
    for (part, path) in parts {
        // What somebody is filling in stays as it is until they are done.
        if let Some(path) = path
            && dom::find(part).is_some()
            && dom::find(&format!(
                "{part} :is(input:checked, select, input:not([type])):focus, {part} input:checked"
            ))
            .is_none()
            && let Ok(new) = dom::part(&path).await
        {
            dom::swap(part, &new);
        }
    }
}

async fn refresh_figures() {
    if let Ok(part) = dom::part("/parts/figures").await {
        dom::swap("#figures", &part);
        dom::swap("#tabs", &part);
        narrowing::apply();
    }
}

const WHOLE: [(&str, &str); 2] = [
    ("#certificates", "/parts/certificates"),
    ("#status", "/parts/status"),
];
const GATHER: Duration = Duration::from_millis(60);
const FIGURES: Duration = Duration::from_millis(250);
const REPORTS: Duration = Duration::from_millis(150);
const SWEEPS: Duration = Duration::from_secs(30);
const AUDIT: Duration = Duration::from_secs(1);
const AUDITING: &str = "#audit-state[data-running]";
/// The server answers a few parts at once without anybody waiting for them.
const AT_ONCE: usize = 4;
/// From here on one whole board is less work than its rows one by one.
const MANY: usize = 40;
