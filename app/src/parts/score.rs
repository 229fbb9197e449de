//! A domain's score: the number, its groups, and what it lacks of the hundred, in a sentence.

use crate::{
    parts::icon::Mark,
    reader::{audit_words, words},
};
use leptos::prelude::*;
use model::{
    Group,
    audit::{Cost, Scorecard},
    board::Cell,
    score::{Share, percent},
};

/// One row of the list.
#[component]
pub fn ScoreRow(card: Scorecard) -> impl IntoView {
    let texts = audit_words();
    let Scorecard {
        domain,
        tenant,
        score,
        before,
        groups,
        costs,
    } = card;
    let shares = columns(&groups).map(|share| {
        let class = format!("share {}", class_of(share));
        view! { <td class=class>{figure(share)}</td> }
    });
    let place = format!("/domains/{domain}");
    let said = match score {
        None => view! { <p class="costs">{texts.nothing_applies}</p> }.into_any(),
        Some(_) if costs.is_empty() => view! { <p class="costs">{texts.nothing_lost}</p> }.into_any(),
        Some(_) => view! { <Costs costs /> }.into_any(),
    };
    view! {
        <tr>
            <td class=format!("score {}", class_of(score))><b>{figure(score)}</b><Change score before /></td>
            <th scope="row"><a href=place>{domain.to_string()}</a>" "<small>{tenant}</small>{said}</th>
            {shares.collect_view()}
        </tr>
    }
    .into_any()
}

/// What changed since the audit before, where anything did.
#[component]
pub fn Change(score: Option<u8>, before: Option<u8>) -> impl IntoView {
    let change = i16::from(score?) - i16::from(before?);
    let class = if change < 0 { "change down" } else { "change up" };
    let said = (audit_words().since_before)(&signed(change));
    (change != 0).then(
        || view! { <span class=class title=said.clone() aria-label=said role="img">{signed(change)}</span> },
    )
}

/// With the minus that figures have.
fn signed(change: i16) -> String {
    format!("{change:+}").replace('-', "−")
}

/// What cost points, by name.
#[component]
fn Costs(costs: Vec<Cost>) -> impl IntoView {
    let left_out = costs.len().saturating_sub(NAMED);
    let named = costs.into_iter().take(NAMED).map(|cost| {
        let seen = Cell {
            state: cost.state,
            announced: true,
        };
        view! { <span><Mark cell=Some(seen) named=true />{cost.label}" "<small>{format!("−{}", cost.points)}</small></span>" " }
    });
    let named = named.collect_view();
    let more = (left_out > 0).then(|| view! { <small>{(audit_words().more)(left_out)}</small> });
    view! { <p class="costs">{named}{more}</p> }
}

/// The heads of the columns of groups.
pub fn heads() -> [&'static str; 4] {
    let group = words().group;
    [
        group(Group::Infra),
        group(Group::Admin),
        group(Group::MailTls),
        audit_words().sets,
    ]
}

/// The sets together: a site has some of them or none.
fn columns(shares: &[Share]) -> [Option<u8>; 4] {
    let of = |belongs: fn(Group) -> bool| {
        let all = shares.iter().filter(|share| belongs(share.group));
        let (points, of) = all.fold((0, 0), |(points, of), share| {
            (points + share.points, of + share.of)
        });
        percent(points, of)
    };
    [
        of(|group| group == Group::Infra),
        of(|group| group == Group::Admin),
        of(|group| group == Group::MailTls),
        of(Group::is_set),
    ]
}

/// The ranges that the distribution tells apart; the number says it, the colour repeats it.
pub fn class_of(score: Option<u8>) -> &'static str {
    match score {
        None => "none",
        Some(100) => "whole",
        Some(90..) => "high",
        Some(70..) => "middle",
        Some(_) => "low",
    }
}

pub fn figure(score: Option<u8>) -> String {
    score.map_or_else(|| "–".to_owned(), |score| score.to_string())
}

const NAMED: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sets_are_one_column_and_what_does_not_apply_is_no_number() {
        let share = |group, points| Share { group, points, of: 4 };
        let shares = [
            share(Group::MailTls, 4),
            share(Group::MailDns, 1),
            share(Group::TlsPolicy, 2),
        ];
        assert_eq!(columns(&shares), [None, None, Some(100), Some(37)]);
    }
}
