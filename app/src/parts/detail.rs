//! The panel of one step: verdict, four truths, what to do, how to reproduce it, the last 24 hours.

use crate::{
    parts::{
        evidence::EvidenceList,
        icon::{Icon, Mark, cell_of, name_of},
        moment::Ago,
        run_now::RunNow,
        sentence::Sentence,
        strip::History,
        truths::TruthLines,
    },
    reader::words,
};
use leptos::prelude::*;
use model::{State, board::Detail};

/// `asked` is false where the board shows its worst fault of its own accord.
#[component]
pub fn DetailPanel(detail: Detail, #[prop(default = true)] asked: bool) -> impl IntoView {
    let words = words();
    let Detail {
        domain,
        step,
        since,
        truths,
        strip,
        reproduce,
        ..
    } = detail;
    let seen = cell_of(&step);
    let fits_names = truths.issued.is_some() || truths.deployed.is_some() || truths.served.is_some();
    let hint = step.hint.clone();
    let address = format!("{domain}/{}", step.id);
    view! {
        <aside
            id="detail"
            class=if asked { "detail" } else { "detail unasked" }
            aria-labelledby="detail-title"
            data-open=address
        >
            <header>
                <Mark cell=Some(seen) />
                <div>
                    <h2 id="detail-title" tabindex="-1">{step.label.clone()}</h2>
                    <p>
                        <a href=format!("/domains/{domain}")>{domain.to_string()}</a>
                        " · "{format!("{:?}", step.priority)}" · "{name_of(Some(seen), words)}
                        {since.map(|at| view! { " "<Ago at /> })}
                    </p>
                </div>
                <a class="close" href="/?open=none" aria-label=words.close title=words.close><Icon name="cross" /></a>
            </header>
            <p class=format!("verdict {}", step.state)><Sentence text=step.message.clone() /></p>
            {seen.is_failing().then(|| view! { <p class="failing-note">{words.not_announced}</p> })}
            {fits_names.then(|| view! { <h3>{words.four_truths}</h3><TruthLines truths /> })}
            {(!hint.is_empty()).then(|| view! { <h3>{words.what_to_do}</h3><p class="hint"><Sentence text=hint /></p> })}
            <div class="act">
                <RunNow domain=domain.clone() check=step.id.clone() />
                <span>{words.checked}" "<Ago at=step.checked_at /></span>
            </div>
            {reproduce.map(|command| view! { <Command command /> })}
            <h3>{words.last_day}</h3>
            <History strip />
            {(step.state != State::Skipped).then(|| view! {
                <details>
                    <summary>{words.evidence}</summary>
                    <EvidenceList step />
                </details>
            })}
        </aside>
    }
    .into_any()
}

/// The one command that shows the same to a sceptic, ready to be copied.
#[component]
pub fn Command(command: String) -> impl IntoView {
    let words = words();
    let options = options(&command)
        .into_iter()
        .map(|option| view! { <span>{option}</span> });
    view! {
        <div class="command">
            <h3>{words.reproduce}</h3>
            <button type="button" class="copy" data-copied=words.copied>{words.copy}</button>
            <pre tabindex="0"><code>{options.collect_view()}</code></pre>
        </div>
    }
    .into_any()
}

/// The command cut before each option; together they are the command, to the letter.
fn options(command: &str) -> Vec<String> {
    let cuts = command.match_indices(" -").map(|(at, _)| at + 1);
    let ends = cuts.clone().chain([command.len()]);
    std::iter::once(0)
        .chain(cuts)
        .zip(ends)
        .map(|(from, until)| command[from..until].to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_cut_before_its_options_and_nothing_of_it_is_lost() {
        let command = "openssl s_client -connect [::1]:993 -servername mail.a-b.example </dev/null";
        let parts = options(command);
        assert_eq!(parts[1], "-connect [::1]:993 ");
        assert_eq!(parts.len(), 3);
        assert_eq!(parts.concat(), command);
        assert_eq!(options("").concat(), "");
    }
}
