//! What a verdict stands on, as a list of facts, with the certificate's lifetime drawn.

use crate::{
    parts::moment::Moment,
    reader::{Reader, words},
};
use leptos::prelude::*;
use model::{Leaf, SpokenStep};

#[component]
pub fn EvidenceList(step: SpokenStep) -> impl IntoView {
    let words = words();
    let seen = step.evidence;
    let tls = seen.tls_version.map(|version| match seen.cipher {
        Some(cipher) => format!("{version} · {cipher}"),
        None => version,
    });
    view! {
        <dl class="evidence">
            {fact(words.endpoint, seen.endpoint)}
            {fact(words.asked_for, seen.sni)}
            {seen.leaf.map(|leaf| view! { <LeafFacts leaf /> })}
            {fact(words.protocol, tls)}
            {fact(words.file, seen.path)}
            {fact(words.host, seen.host)}
            {fact(words.peer_said, seen.detail)}
            {fact(words.took, Some(format!("{} ms", step.duration_ms)))}
        </dl>
    }
    .into_any()
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
