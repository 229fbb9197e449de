//! The matrix's rows: swapped in place, moved to where they sort, the changed cells marked for a moment.

use super::{clock, dom, keys, narrowing};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTableElement};

/// Fetches one row anew. A domain that is gone takes its row with it.
pub(super) async fn refresh(domain: &str) {
    let unfolded = narrowing::current().unfolded;
    match dom::part(&format!("/parts/row/{domain}?unfold={unfolded}")).await {
        // While it came, a set may have been unfolded.
        Ok(part) if unfolded == narrowing::current().unfolded => {
            if let Ok(Some(row)) = part.query_selector("tr") {
                put(domain, &row);
            }
        }
        Err(404) => {
            if let Some(row) = find(domain) {
                row.remove();
            }
        }
        // The next change, or the next load, brings it.
        _ => {}
    }
}

/// The whole matrix anew, with the sets unfolded that the address says.
pub(super) async fn refresh_all() {
    let open = narrowing::parameter("open");
    let sight = narrowing::current();
    let wanted = sight.address(Some(open.as_deref().unwrap_or("none")));
    if let Ok(part) = dom::part(&wanted).await
        && sight == narrowing::current()
    {
        dom::swap("#board", &part);
        dom::swap("#more", &part);
        keys::settle();
        narrowing::apply();
    }
}

fn put(domain: &str, row: &Element) {
    let Some(body) = dom::find("#board tbody") else {
        return;
    };
    let old = find(domain);
    let place = old.as_ref().map(dom::Place::of);
    if let Some(old) = &old {
        mark_changes(domain, old, row);
        keep_current(old, row);
        old.remove();
    }
    let order = row.get_attribute("data-order");
    let after = dom::inside(&body, "tr")
        .into_iter()
        .find(|other| other.get_attribute("data-order") > order);
    let _ = body.insert_before(row, after.as_ref().map(AsRef::as_ref));
    clock::localize(row);
    narrowing::apply_to(row);
    keys::settle_row(row);
    if let Some(place) = place {
        place.restore(row);
    }
}

fn find(domain: &str) -> Option<Element> {
    // A domain name needs no escape in a selector's string.
    dom::find(&format!("#board tr[data-domain=\"{domain}\"]"))
}

fn mark_changes(domain: &str, old: &Element, new: &Element) {
    for (before, after) in dom::inside(old, "td a").iter().zip(dom::inside(new, "td a")) {
        let (was, is) = (before.class_list().item(0), after.class_list().item(0));
        // What is well from its first check on stays quiet.
        let quiet = was.as_deref() == Some("pending") && is.as_deref() == Some("ok");
        if was != is && !quiet {
            let _ = after.class_list().add_1("changed");
            dom::say(&format!(
                "{domain}: {}",
                after.get_attribute("aria-label").unwrap_or_default()
            ));
        }
    }
}

/// The cell whose panel is open stays marked as such.
fn keep_current(old: &Element, new: &Element) {
    for (before, after) in dom::inside(old, "td a").iter().zip(dom::inside(new, "td a")) {
        if before.has_attribute("aria-current") {
            let _ = after.set_attribute("aria-current", "true");
        }
    }
}

/// The rows that are shown, in their order.
pub(super) fn rows() -> Option<Vec<Element>> {
    let table: HtmlTableElement = dom::find("#board")?.dyn_into().ok()?;
    Some(dom::inside(&table, "tbody tr:not([hidden])"))
}
