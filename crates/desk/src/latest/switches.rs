//! Which checks are on at which site, and so which columns the board has.

use engine::{Check, Site, checks};
use std::collections::HashMap;

/// Checks are numbered as in the registry.
#[derive(Debug)]
pub(crate) struct Switches {
    columns: Vec<usize>,
    on: HashMap<String, Vec<bool>>,
    /// At a site that is not configured.
    nowhere: Vec<bool>,
}

impl Switches {
    pub(crate) fn of(sites: &[Site]) -> Self {
        let on = |site: &Site| -> Vec<bool> { checks::ALL.iter().map(|check| check.is_on(site)).collect() };
        let nowhere = on(&Site::default());
        let sites: HashMap<String, Vec<bool>> =
            sites.iter().map(|site| (site.name.clone(), on(site))).collect();
        let columns = (0..checks::ALL.len())
            .filter(|column| nowhere[*column] || sites.values().any(|on| on[*column]))
            .collect();
        Self {
            columns,
            on: sites,
            nowhere,
        }
    }

    /// The columns, each with whether its check is on at the site.
    pub(crate) fn at(&self, site: &str) -> impl Iterator<Item = (usize, bool)> {
        let on = self.on.get(site).unwrap_or(&self.nowhere);
        self.columns.iter().map(|column| (*column, on[*column]))
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static Check> {
        self.columns.iter().map(|column| checks::ALL[*column])
    }
}
