//! One part of a page as HTML, rendered by the page's own components: what the live page swaps in.

use crate::{
    door::Door,
    fault::Fault,
    narrow::{Sight, Unfolded},
    pages::{
        audit::{AuditFilter, AuditMain, AuditState, ShownAudit},
        certificates::{CertificatesMain, SHOWN},
        domain::{DomainMain, Shown},
        events::{EventFilter, EventsMain, ShownEvents},
        onboarding::{OnboardingFilter, OnboardingMain, ShownOnboarding},
        status::{ShownStatus, StatusMain},
        ticket::{ShownTicket, TicketMain},
        tickets::{Filter, List, TicketsMain},
    },
    parts::{
        detail::DetailPanel,
        figures::FiguresLine,
        matrix::{Columns, MatrixRow},
        narrowing::Tabs,
        palette::{Found, FoundList},
    },
};
use leptos::prelude::*;
use model::{CheckId, DomainName};
use std::sync::Arc;

/// What `GET /parts/…` can ask for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fragment {
    /// `/parts/row/{domain}?unfold=…`
    Row(DomainName, Unfolded),
    /// `/parts/detail/{domain}/{check}`
    Detail(DomainName, CheckId),
    /// `/parts/find?q=…`
    Find(String),
    /// `/parts/figures`
    Figures,
    /// `/parts/domain/{domain}`
    Domain(DomainName),
    /// `/parts/certificates`
    Certificates,
    /// `/parts/status`
    Status,
    /// `/parts/tickets?…`, narrowed like the page
    Tickets(Filter),
    /// `/parts/ticket/{number}`
    Ticket(i64),
    /// `/parts/events?…`, narrowed like the page
    Events(EventFilter),
    /// `/parts/onboarding?…`, narrowed like the page
    Onboarding(OnboardingFilter),
    /// `/parts/audit?…`, narrowed like the page
    Audit(AuditFilter),
}

pub async fn fragment(door: Door, which: Fragment) -> Result<String, Fault> {
    let Door {
        desk, who, language, ..
    } = door.clone();
    match which {
        Fragment::Row(domain, unfolded) => {
            let row = desk.row(&who, &domain, language)?.into_inner();
            let checks = desk.columns(&who, language)?;
            let sight = Sight {
                unfolded,
                ..Sight::default()
            };
            Ok(render(&door, move || {
                let columns = Arc::new(Columns::new(checks, &sight));
                // A row means something to the parser only inside its table.
                view! { <table><tbody><MatrixRow row columns sight /></tbody></table> }
            }))
        }
        Fragment::Detail(domain, check) => {
            let detail = desk.detail(&who, &domain, &check, language).await?.into_inner();
            Ok(render(&door, move || view! { <DetailPanel detail /> }))
        }
        Fragment::Find(text) => {
            let found = Found::load(door.clone(), &text).await?;
            Ok(render(
                &door,
                move || view! { <FoundList found as_options=true /> },
            ))
        }
        Fragment::Figures => {
            let figures = desk.figures(&who)?;
            let tickets = desk.live_tickets(&who).await?;
            Ok(render(&door, move || {
                view! { <FiguresLine figures=figures.clone() tickets /><Tabs sight=Sight::default() figures /> }
            }))
        }
        Fragment::Domain(domain) => {
            let shown = Shown::load(door.clone(), &domain).await?;
            Ok(render(&door, move || view! { <DomainMain shown /> }))
        }
        Fragment::Certificates => {
            let held = desk.certificates(&who, None, SHOWN).await?.into_inner().items;
            Ok(render(&door, move || view! { <CertificatesMain held /> }))
        }
        Fragment::Status => {
            let shown = ShownStatus::load(door.clone()).await?;
            Ok(render(&door, move || view! { <StatusMain shown /> }))
        }
        Fragment::Tickets(filter) => {
            let list = List::load(door.clone(), filter).await?;
            Ok(render(&door, move || view! { <TicketsMain list /> }))
        }
        Fragment::Ticket(number) => {
            let shown = ShownTicket::load(door.clone(), number).await?;
            Ok(render(&door, move || view! { <TicketMain shown /> }))
        }
        Fragment::Events(filter) => {
            let shown = ShownEvents::load(door.clone(), filter).await?;
            Ok(render(&door, move || view! { <EventsMain shown /> }))
        }
        Fragment::Onboarding(filter) => {
            let shown = ShownOnboarding::load(door.clone(), filter).await?;
            Ok(render(&door, move || view! { <OnboardingMain shown /> }))
        }
        Fragment::Audit(filter) => {
            let shown = ShownAudit::load(door.clone(), filter).await?;
            Ok(render(&door, move || {
                view! { <AuditState overview=shown.overview.clone() /><AuditMain shown /> }
            }))
        }
    }
}

fn render<V: IntoView>(door: &Door, part: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(door.reader());
        part().into_view().to_html()
    })
}
