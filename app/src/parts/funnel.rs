//! The funnel: a stage a column, as high as many have come so far, and each the way to those who stand there.

use crate::{reader::onboarding_words, words::OnboardingWords};
use leptos::prelude::*;
use model::onboarding::{Count, Funnel, Stage};

/// A stage, or one of the wizard's steps.
pub type Chosen = (Option<Stage>, String);

/// `address` leads to the domains of a stage; without it nothing leads anywhere.
#[component]
pub fn FunnelChart(
    funnel: Funnel,
    chosen: Chosen,
    #[prop(optional_no_strip)] address: Option<Box<dyn Fn(Chosen) -> String + Send>>,
) -> impl IntoView {
    let texts = onboarding_words();
    let most = funnel.stages.first().map_or(0, |stage| stage.reached).max(1);
    let heights: Vec<usize> = funnel
        .stages
        .iter()
        .map(|stage| stage.reached * HIGH / most)
        .collect();
    let narrower = heights.iter().skip(1).chain(heights.last());
    let leads = |to: Chosen| {
        let is_chosen = to == chosen;
        let all = (None, String::new());
        // Chosen again, it leads back to all.
        let href = address
            .as_ref()
            .map(|address| address(if is_chosen { all } else { to }));
        (href, is_chosen)
    };
    let stages = funnel.stages.iter().zip(heights.iter().zip(narrower));
    let stages = stages.map(|(count, (height, next))| {
        let (href, is_chosen) = leads(chosen_by(count));
        view! { <StageColumn count=count.clone() height=*height next=*next href is_chosen /> }
    });
    let stages = stages.collect_view();
    let (href, is_chosen) = leads((Some(Stage::Failed), String::new()));
    let failed = (funnel.failed > 0).then(|| {
        let inner = view! { <span class="name">{(texts.stage)(Stage::Failed)}</span><b>{funnel.failed}</b> }
            .into_any();
        view! { <li data-stage="failed">{way(href, is_chosen, inner)}</li> }
    });
    view! { <ol class="stages" aria-label=texts.funnel>{stages}{failed}</ol> }.into_any()
}

#[component]
fn StageColumn(
    count: Count,
    height: usize,
    next: usize,
    #[prop(optional_no_strip)] href: Option<String>,
    is_chosen: bool,
) -> impl IntoView {
    let texts = onboarding_words();
    let name = name_of(&count, texts);
    let here = (count.here > 0).then(|| view! { <span>{(texts.here)(count.here)}</span> });
    let failed =
        (count.failed > 0).then(|| view! { <span class="fail">{(texts.stopped)(count.failed)}</span> });
    let inner = view! {
        <span class="name">{name}</span>
        <b>{count.reached}</b>
        <svg class="flow" viewBox=format!("0 0 100 {HIGH}") preserveAspectRatio="none" aria-hidden="true"><path d=outline(height, next)></path></svg>
        <svg class="bar" viewBox=format!("0 0 {HIGH} 4") preserveAspectRatio="none" aria-hidden="true"><rect width=height.to_string() height="4"></rect></svg>
        <small>{here}{failed}</small>
    }
    .into_any();
    view! { <li data-stage=count.stage.as_str()>{way(href, is_chosen, inner)}</li> }.into_any()
}

fn way(href: Option<String>, is_chosen: bool, inner: AnyView) -> AnyView {
    match href {
        Some(href) => view! { <a href=href aria-current=is_chosen.then_some("true")>{inner}</a> }.into_any(),
        None => view! { <div>{inner}</div> }.into_any(),
    }
}

fn chosen_by(count: &Count) -> Chosen {
    match &count.step {
        Some(step) => (None, step.clone()),
        None => (Some(count.stage), String::new()),
    }
}

fn name_of(count: &Count, texts: &OnboardingWords) -> String {
    let own = || (texts.stage)(count.stage).to_owned();
    count.step.clone().unwrap_or_else(own)
}

/// As high as its own share, then down to the next one's: side by side the columns are one shape.
fn outline(height: usize, next: usize) -> String {
    let (top, bottom) = ((HIGH - height) / 2, usize::midpoint(HIGH, height));
    let (next_top, next_bottom) = ((HIGH - next) / 2, usize::midpoint(HIGH, next));
    format!("M0 {top}H62L100 {next_top}V{next_bottom}L62 {bottom}H0Z")
}

/// Units of the drawing.
const HIGH: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_ends_as_high_as_the_next_one_begins() {
        assert_eq!(outline(200, 100), "M0 0H62L100 50V150L62 200H0Z");
        assert_eq!(outline(0, 0), "M0 100H62L100 100V100L62 100H0Z");
    }
}
