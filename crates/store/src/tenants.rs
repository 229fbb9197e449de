//! What is open for each customer.

use crate::{Result, Store, domains::name};
use model::DomainName;

/// Live tickets that have a domain and a tenant in common.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveTickets {
    pub domain: Option<DomainName>,
    /// Whose the domain was when they were opened.
    pub tenant: Option<String>,
    pub count: i64,
}

impl Store {
    /// How many tickets want somebody's attention, by domain and tenant.
    pub async fn live_tickets(&self) -> Result<Vec<LiveTickets>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, (Option<String>, Option<String>, i64)>(
                "select domain, tenant, count(*) from tickets where live group by domain, tenant",
            )
            .fetch_all(db)
            .await?
        });
        let live = rows.into_iter().map(|(domain, tenant, count)| {
            Ok(LiveTickets {
                domain: domain.as_deref().map(name).transpose()?,
                tenant,
                count,
            })
        });
        live.collect()
    }
}
