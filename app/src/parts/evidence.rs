//! What a verdict stands on, as a list of facts, with the certificate's lifetime drawn.

use crate::{
    parts::moment::Moment,
    reader::{Reader, words},
};
use leptos::prelude::*;
use model::{Evidence, Leaf, SpokenStep, certificate::Link};

/// In the order in which a person would look: where, what was asked, what came back, what it should have been.
#[component]
pub fn EvidenceList(step: SpokenStep) -> impl IntoView {
    let words = words();
    let seen = step.evidence;
    let tls = seen.tls_version.clone().map(|version| match &seen.cipher {
        Some(cipher) => format!("{version} · {cipher}"),
        None => version,
    });
    view! {
        <dl class="evidence">
            <Place seen=seen.clone() />
            {fact(words.asked_for, seen.sni)}
            {seen.leaf.map(|leaf| view! { <LeafFacts leaf /> })}
            {fact(words.protocol, tls)}
            <Chain links=seen.chain />
            {fact(words.looked_for, seen.name)}
            {list(words.found, seen.found)}
            {list(words.expected, seen.expected)}
            {list(words.lacking, seen.missing)}
            {seen.since.map(|at| view! { <dt>{words.since}</dt><dd><Moment at /></dd> })}
            {fact(words.peer_said, seen.detail)}
            {fact(words.took, Some(format!("{} ms", step.duration_ms)))}
        </dl>
    }
    .into_any()
}

/// Where it was looked: an address, a page, a DNS question, a file or a command.
#[component]
fn Place(seen: Evidence) -> impl IntoView {
    let words = words();
    let file = seen.path.map(|path| match seen.line {
        Some(line) => format!("{path}:{line}"),
        None => path,
    });
    let command = (!seen.command.is_empty()).then(|| seen.command.join(" "));
    view! {
        {fact(words.question, seen.question)}
        {fact(words.resolver, seen.resolver)}
        {fact(words.page, seen.url)}
        {fact(words.endpoint, seen.endpoint)}
        {fact(words.http_status, seen.status.map(|status| status.to_string()))}
        {fact(words.location, seen.location)}
        {fact(words.host, seen.host)}
        {fact(words.file, file)}
        {fact(words.ran, command)}
        {fact(words.exit_code, seen.exit_code.map(|code| code.to_string()))}
    }
    .into_any()
}

/// The chain as it was served, leaf first.
#[component]
fn Chain(links: Vec<Link>) -> impl IntoView {
    let words = words();
    (!links.is_empty()).then(|| {
        let links = links.into_iter().map(|link| {
            view! { <li><code>{link.subject}</code>" "<small>{words.until}" "<Moment at=link.not_after /></small></li> }
        });
        view! { <dt>{words.chain}</dt><dd><ol>{links.collect_view()}</ol></dd> }
    })
}

#[component]
fn LeafFacts(leaf: Leaf) -> impl IntoView {
    let words = words();
    view! {
        {fact(words.common_name, leaf.cn.clone())}
        {fact(words.issuer, Some(leaf.issuer.clone()))}
        {fact(words.serial, Some(leaf.serial.clone()))}
        {fact(words.key, Some(leaf.public_key.clone()))}
        <dt>{words.validity}</dt>
        <dd><Lifetime leaf /></dd>
    }
    .into_any()
}

/// From `not_before` to `not_after`, with now between them.
#[component]
pub fn Lifetime(leaf: Leaf) -> impl IntoView {
    let now = Reader::here().now;
    let left = leaf.share_left(now);
    let class = match left {
        0 => "lifetime fail",
        1..20 => "lifetime warn",
        _ => "lifetime",
    };
    let said = (words().share_left)(left);
    view! {
        <span class=class>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="whole" width="100" height="4"></rect>
                <rect class="gone" width=(100 - left).to_string() height="4"></rect>
            </svg>
            <span>{words().until}" "<Moment at=leaf.not_after />" · "{said}</span>
        </span>
    }
}

fn fact(name: &'static str, value: Option<String>) -> impl IntoView {
    value.map(|value| {
        view! {
            <dt>{name}</dt>
            <dd><code>{value}</code></dd>
        }
    })
}

fn list(name: &'static str, values: Vec<String>) -> impl IntoView {
    (!values.is_empty()).then(|| {
        let values = values
            .into_iter()
            .map(|value| view! { <li><code>{value}</code></li> });
        view! {
            <dt>{name}</dt>
            <dd><ul>{values.collect_view()}</ul></dd>
        }
    })
}
