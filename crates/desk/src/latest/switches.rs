//! Which checks are on for which domain, and so which columns the board has.

use engine::{Check, Site, checks};
use model::Domain;
use std::collections::HashMap;

/// Checks are numbered as in the registry.
#[derive(Debug)]
pub(crate) struct Switches {
    columns: Vec<usize>,
    sites: HashMap<String, Site>,
    /// One that is not configured.
    nowhere: Site,
}

impl Switches {
    pub(crate) fn of(sites: &[Site]) -> Self {
        let nowhere = Site::default();
        let somewhere = |check: &Check| sites.iter().chain([&nowhere]).any(|site| check.is_on(site));
        let columns = (0..checks::ALL.len()).filter(|column| somewhere(checks::ALL[*column]));
        Self {
            columns: columns.collect(),
            sites: sites
                .iter()
                .map(|site| (site.name.clone(), site.clone()))
                .collect(),
            nowhere,
        }
    }

    /// The columns, each with whether its check is on for the domain.
    pub(crate) fn of_domain(&self, domain: &Domain) -> impl Iterator<Item = (usize, bool)> {
        let site = self.sites.get(&domain.site).unwrap_or(&self.nowhere);
        let is_on = |column: usize| checks::ALL[column].is_on_for(site, domain);
        self.columns.iter().map(move |column| (*column, is_on(*column)))
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static Check> {
        self.columns.iter().map(|column| checks::ALL[*column])
    }
}
