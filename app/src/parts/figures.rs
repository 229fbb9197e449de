//! The figures above the board: how many are ready, what is broken, what expires next.

use crate::{
    parts::moment::Ago,
    reader::{Reader, ticket_words, words},
    words::span,
};
use leptos::prelude::*;
use model::{
    board::{Expiry, Figures},
    time::DAY,
};

#[component]
pub fn FiguresLine(figures: Figures, tickets: i64) -> impl IntoView {
    let words = words();
    let Figures {
        domains,
        ready,
        fail,
        unknown,
        warn,
        pending,
        next_expiry,
        checked_at,
    } = figures;
    view! {
        <section class="figures" id="figures" aria-label=words.summary>
            <div>
                <b>{ready}<small>"/"{domains}</small></b>
                <span>{words.domains_ready}</span>
            </div>
            <Figure count=fail class="fail" name=words.failing />
            <Figure count=unknown class="unknown" name=words.unproved />
            <Figure count=warn class="warn" name=words.warned />
            {(pending > 0).then(|| view! { <Figure count=pending class="pending" name=words.waiting /> })}
            <div class:none=tickets == 0><b><a href="/tickets">{tickets}</a></b><span>{ticket_words().open_tickets}</span></div>
            {next_expiry.map(|expiry| view! { <NextExpiry expiry /> })}
            {checked_at.map(|at| view! { <p class="sweep">{words.sweep}" "<Ago at /></p> })}
        </section>
    }
    .into_any()
}

/// A count that speaks only when there is something to count.
#[component]
fn Figure(count: usize, class: &'static str, name: &'static str) -> impl IntoView {
    let class = if count > 0 { class } else { "none" };
    view! {
        <div class=class>
            <b>{count}</b>
            <span>{name}</span>
        </div>
    }
}

#[component]
fn NextExpiry(expiry: Expiry) -> impl IntoView {
    let (words, now) = (words(), Reader::here().now);
    let left = expiry.at.since(now);
    let class = match left {
        ..0 => "expiry fail",
        0..SOON => "expiry warn",
        SOON.. => "expiry",
    };
    let left = if left < 0 {
        words.expired.to_owned()
    } else {
        span(left)
    };
    view! {
        <div class=class>
            <b>{left}</b>
            <span>
                {words.next_expiry}" "
                <a href=format!("/domains/{}", expiry.domain)>{expiry.domain.to_string()}</a>
            </span>
        </div>
    }
}

/// A figure, not a judgement: that is made by the share of the certificate's own lifetime.
const SOON: i64 = 14 * DAY;
