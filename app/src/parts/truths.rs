//! The four truths about a certificate: wanted, issued, deployed, served, and the link that broke.

use crate::reader::words;
use leptos::prelude::*;
use model::{
    Leaf,
    truths::{Broken, Truths},
};

/// In four lines, as the panel shows them, with the names below.
#[component]
pub fn TruthLines(truths: Truths) -> impl IntoView {
    let words = words();
    let lines = seen(&truths).into_iter().map(|truth| {
        view! {
            <tr class=truth.broken.then_some("broken")>
                <th scope="row">{truth.name}</th>
                <td>{truth.said}</td>
                <td>{truth.leaf.map(|leaf| view! { <code>{leaf.short_serial()}</code> })}</td>
            </tr>
        }
    });
    let gain = (!truths.missing.is_empty()).then(|| (words.missing)(truths.missing.len()));
    view! {
        <table class="truths">
            <tbody>
                <tr>
                    <th scope="row">{words.wanted}</th>
                    <td>{(words.names)(truths.wanted.len())}</td>
                    <td class="missing">{gain}</td>
                </tr>
                {lines.collect_view()}
            </tbody>
        </table>
        <Names held=judged(&truths).map(|leaf| leaf.sans.clone()).unwrap_or_default() wanted=truths.wanted.clone() missing=truths.missing.clone() />
    }
    .into_any()
}

/// Side by side, as the domain's page shows them, each with its names.
#[component]
pub fn TruthColumns(truths: Truths) -> impl IntoView {
    let words = words();
    let looked_in = judged(&truths).map(|leaf| leaf.sha256.clone());
    let columns = seen(&truths).into_iter().map(|truth| {
        // The missing names were looked for in one certificate; the same one may stand in several columns.
        let same = truth.leaf.map(|leaf| &leaf.sha256) == looked_in.as_ref();
        let missing = if same && truth.leaf.is_some() { truths.missing.clone() } else { Vec::new() };
        view! {
            <li class=truth.broken.then_some("broken")>
                <h3>{truth.name}</h3>
                <p>{truth.said}</p>
                {truth.leaf.map(|leaf| view! {
                    <p class="serial"><code>{leaf.short_serial()}</code>" "{words.until}" "<crate::parts::moment::Moment at=leaf.not_after /></p>
                    <Names held=leaf.sans.clone() wanted=truths.wanted.clone() missing />
                })}
            </li>
        }
    });
    view! {
        <ol class="truth-columns">
            <li>
                <h3>{words.wanted}</h3>
                <p>{(words.names)(truths.wanted.len())}</p>
                <Names held=truths.wanted.clone() wanted=truths.wanted.clone() missing=truths.missing.clone() />
            </li>
            {columns.collect_view()}
        </ol>
    }
    .into_any()
}

/// One of the three truths that are certificates.
struct Seen<'a> {
    name: &'static str,
    said: String,
    leaf: Option<&'a Leaf>,
    /// The link that leads here is the first that does not hold.
    broken: bool,
}

fn seen(truths: &Truths) -> [Seen<'_>; 3] {
    let words = words();
    let (issued, deployed, served) = (
        truths.issued.as_ref(),
        truths.deployed.as_ref(),
        truths.served.as_ref(),
    );
    let judged = judged(truths).map(std::ptr::from_ref);
    let lacks_names = |leaf: Option<&Leaf>| {
        truths.broken == Some(Broken::Wanted) && leaf.is_some() && leaf.map(std::ptr::from_ref) == judged
    };
    let said = |leaf: Option<&Leaf>, before: Option<&Leaf>, alike: &'static str, unlike: &'static str| match (
        leaf, before,
    ) {
        (None, _) => words.not_seen.to_owned(),
        (Some(leaf), None) => (words.names)(leaf.sans.len() + leaf.sans_left_out),
        (Some(leaf), Some(before)) if leaf.sha256 == before.sha256 => alike.to_owned(),
        _ => unlike.to_owned(),
    };
    [
        Seen {
            name: words.issued,
            said: said(issued, None, "", ""),
            leaf: issued,
            broken: lacks_names(issued),
        },
        Seen {
            name: words.deployed,
            said: said(deployed, issued, words.as_issued, words.unlike_issued),
            leaf: deployed,
            broken: truths.broken == Some(Broken::Issued) || lacks_names(deployed),
        },
        Seen {
            name: words.served,
            said: said(served, deployed, words.as_deployed, words.unlike_deployed),
            leaf: served,
            broken: truths.broken == Some(Broken::Deployed) || lacks_names(served),
        },
    ]
}

/// The certificate in which the wanted names were looked for.
fn judged(truths: &Truths) -> Option<&Leaf> {
    truths
        .issued
        .as_ref()
        .or(truths.deployed.as_ref())
        .or(truths.served.as_ref())
}

/// What is missing first, then what the domain wants, then the rest as far as it fits.
#[component]
fn Names(held: Vec<String>, wanted: Vec<String>, missing: Vec<String>) -> impl IntoView {
    let words = words();
    let mut others: Vec<String> = held.into_iter().filter(|name| !missing.contains(name)).collect();
    others.sort_by_key(|name| !wanted.contains(name));
    let more = others.len().saturating_sub(SHOWN);
    others.truncate(SHOWN);
    let missing = missing.into_iter().map(|name| {
        view! { <li class="missing"><span class="unseen">{words.missing_name}": "</span>{name}</li> }
    });
    view! {
        <ul class="names">
            {missing.collect_view()}
            {others.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}
            {(more > 0).then(|| view! { <li class="more">{(words.more)(more)}</li> })}
        </ul>
    }
}

const SHOWN: usize = 6;
