//! `/certificates`: every certificate that was seen, on one line of time, with what runs out first on top.

use crate::{
    door::Door,
    fault::Fault,
    live::Live,
    pages::trouble::Trouble,
    parts::{
        frame::Frame,
        moment::Moment,
        timeline::{Axis, Scale, Timeline, class_of},
    },
    reader::{Reader, words},
    words::span,
};
use leptos::prelude::*;
use model::{
    Leaf,
    held::{Held, How, Place, Urgency},
};

#[component]
pub fn CertificatesPage() -> impl IntoView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load().await {
                    Ok((held, latest)) => view! { <CertificatesFrame held latest /> }.into_any(),
                    Err(fault) => view! { <Trouble fault /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

async fn load() -> Result<(Vec<Held>, i64), Fault> {
    let Door { desk, who, .. } = Door::open()?;
    let latest = desk.last_event();
    Ok((
        desk.certificates(&who, None, SHOWN).await?.into_inner().items,
        latest,
    ))
}

#[component]
fn CertificatesFrame(held: Vec<Held>, latest: i64) -> impl IntoView {
    let words = words();
    let language = Reader::here().language;
    view! {
        <Frame title=words.certificates.to_owned()>
            <header class="title"><h1>{words.certificates}</h1><Live language latest /></header>
            <CertificatesMain held />
        </Frame>
    }
}

/// What changes when a certificate does.
#[component]
pub fn CertificatesMain(held: Vec<Held>) -> impl IntoView {
    let words = words();
    let now = Reader::here().now;
    let scale = Scale::over(held.iter().map(|held| &held.leaf), now);
    let is_empty = held.is_empty();
    let items = held.into_iter().map(|held| view! { <Certificate held scale /> });
    let items = items.collect_view();
    view! {
        <div id="certificates" class="certificates">
            {if is_empty {
                view! { <div class="empty"><p>{words.no_certificates}</p></div> }.into_any()
            } else {
                view! {
                    <p class="legend key">
                        <span><i class="life"></i>{words.valid}</span>
                        <span><i class="window"></i>{words.renewal_window}</span>
                        <span><i class="late"></i>{words.renewal_late}</span>
                        <span><i class="over"></i>{words.expired}</span>
                    </p>
                    <div class="scale"><Axis scale /></div>
                    <ol>{items}</ol>
                }.into_any()
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Certificate(held: Held, scale: Scale) -> impl IntoView {
    let words = words();
    let now = Reader::here().now;
    let Held {
        leaf,
        urgency,
        places,
        domains,
        domains_in_all,
        ..
    } = held;
    let others = domains_in_all.saturating_sub(domains.len());
    let others = (others > 0).then(|| view! { <span>{(words.more)(others)}</span> });
    let name = leaf.cn.clone().or_else(|| leaf.sans.first().cloned());
    let left = leaf.not_after.since(now);
    let left = if left > 0 {
        span(left)
    } else {
        words.expired.to_owned()
    };
    let domains = domains.into_iter().map(|domain| {
        view! { <a href=format!("/domains/{domain}")>{domain.to_string()}</a> }
    });
    let drawn = leaf.clone();
    view! {
        <li class=class_of(urgency)>
            <div class="who">
                <h2><code>{name.unwrap_or_else(|| "—".to_owned())}</code></h2>
                <p class="places"><Places places /></p>
            </div>
            <div class="life">
                <Timeline leaf=drawn urgency scale />
                <p><Moment at=leaf.not_before /><b>{left}{(urgency == Urgency::Late).then(|| view! { " · "{words.renewal_late} })}</b><Moment at=leaf.not_after /></p>
            </div>
            <details>
                <summary>{(words.domains_and_names)(domains_in_all, leaf.sans.len() + leaf.sans_left_out)}</summary>
                <p class="links">{domains.collect_view()}{others}</p>
                <LeafDetails leaf />
            </details>
        </li>
    }
    .into_any()
}

/// Where it was seen: its sites, and the ways, with the doors at which it is served.
#[component]
fn Places(places: Vec<Place>) -> impl IntoView {
    let words = words();
    let mut sites: Vec<&str> = places.iter().map(|place| place.site.as_str()).collect();
    sites.sort_unstable();
    sites.dedup();
    let sites = sites.join(", ");
    let ways = [
        (How::Issued, words.issued),
        (How::Deployed, words.deployed),
        (How::Served, words.served),
    ];
    let ways = ways.map(|(how, name)| {
        let seen: Vec<&Place> = places.iter().filter(|place| place.how == how).collect();
        let at: Vec<&str> = seen
            .iter()
            .map(|place| place.at.as_str())
            .filter(|at| !at.is_empty())
            .collect();
        (!seen.is_empty())
            .then(|| view! { <span title=at.join("\n")>{name}<small>{ports(&at)}</small></span> })
    });
    view! { <b>{sites}</b>{ways.collect_view()} }
}

/// ` :993 :465`, as people tell doors apart.
fn ports(at: &[&str]) -> String {
    let port = |at: &&str| Some(format!(" :{}", at.rsplit_once(':')?.1)).filter(|_| !at.starts_with('/'));
    let mut ports: Vec<String> = at.iter().filter_map(port).collect();
    ports.dedup();
    ports.truncate(MOST_PORTS);
    ports.concat()
}

#[component]
fn LeafDetails(leaf: Leaf) -> impl IntoView {
    let words = words();
    let more = leaf.sans_left_out;
    let sans = leaf.sans.into_iter().map(|name| view! { <li>{name}</li> });
    view! {
        <ul class="names">{sans.collect_view()}{(more > 0).then(|| view! { <li class="more">{(words.more)(more)}</li> })}</ul>
        <dl class="evidence">
            <dt>{words.issuer}</dt><dd><code>{leaf.issuer}</code></dd>
            <dt>{words.serial}</dt><dd><code>{leaf.serial}</code></dd>
            <dt>{words.key}</dt><dd><code>{leaf.public_key}</code></dd>
            <dt>"SHA-256"</dt><dd><code>{leaf.sha256}</code></dd>
        </dl>
    }
    .into_any()
}

const MOST_PORTS: usize = 6;
/// What runs out first; nobody reads on.
pub const SHOWN: u32 = 200;
