//! What a mail host's two web servers answer: the webmail and the administration, each visited once.

use super::Facts;
use crate::net::{
    Ended, Target,
    http::{self, Fetched, Visit, Wanted, Web},
};
use model::{Code, Endpoint, evidence::Outcome};
use std::sync::Arc;

impl Facts<'_> {
    /// A page, over the same connection as the endpoint's handshake where the site says that it is wanted.
    pub async fn page(&self, web: &Web, path: &str) -> Fetched {
        let planned = self
            .pages_at(&web.endpoint)
            .filter(|(known, pages)| known == web && pages.iter().any(|planned| planned.path == path));
        let (web, pages) = planned.unwrap_or_else(|| (web.clone(), vec![plain(path)]));
        fetched(&*self.visit(web, pages).await, path)
    }

    /// A page of a server with a name of its own, and the judgement of the certificate that it came under.
    pub async fn judged_page(&self, web: &Web, path: &str) -> (Outcome, Fetched) {
        let visit = self.visit(web.clone(), vec![plain(path)]).await;
        let target = Target {
            endpoint: web.endpoint.clone(),
            starttls: None,
            sni: web.name.clone(),
        };
        let verdict = self.sweep.engine.verdict(&target, &visit.handshake, self.site);
        (verdict, fetched(&visit, path))
    }

    /// The webmail's server, as its visitors know it.
    pub fn webmail(&self) -> Option<Web> {
        Some(self.web(self.site.https.as_ref()?, 443))
    }

    /// The administration's server.
    pub fn admin(&self) -> Option<Web> {
        Some(self.web(self.site.admin.as_ref()?, ADMIN_PORT))
    }

    /// Where the administration is looked for in an address or in a configuration: the port that is connected
    /// to may be another than the one that it is known at.
    pub fn admin_ports(&self) -> [u16; 2] {
        [
            ADMIN_PORT,
            self.site.admin.as_ref().map_or(ADMIN_PORT, Endpoint::port),
        ]
    }

    fn web(&self, endpoint: &Endpoint, port: u16) -> Web {
        Web {
            endpoint: endpoint.clone(),
            name: self.domain.mail_host.clone(),
            port,
        }
    }

    /// The pages that checks want of an endpoint: one visit fetches them all, whoever asks first. `None`
    /// where there are none.
    pub(super) fn pages_at(&self, endpoint: &Endpoint) -> Option<(Web, Vec<Wanted>)> {
        let site = self.site;
        if site.https.as_ref() == Some(endpoint) {
            let redirect = site.admin_redirect_path.as_deref().filter(|path| *path != "/");
            return Some((
                self.webmail()?,
                ["/"].into_iter().chain(redirect).map(plain).collect(),
            ));
        }
        if site.admin.as_ref() == Some(endpoint) {
            let login = Wanted {
                path: site.admin_login_path.clone()?,
                follows_redirects: true,
            };
            return Some((self.admin()?, vec![login]));
        }
        None
    }

    pub(super) async fn visit(&self, web: Web, pages: Vec<Wanted>) -> Arc<Visit> {
        let engine = &self.sweep.engine;
        let visit = || async { Arc::new(http::visit(&engine.client, &web, &pages, engine.limits).await) };
        self.wire.visits.once((web.clone(), pages.clone()), visit).await
    }
}

fn fetched(visit: &Visit, path: &str) -> Fetched {
    let fetched = visit.page(path).cloned();
    fetched.unwrap_or_else(|| Err(Ended::saying(Code::NotHttp, "the page was not asked for")))
}

/// The page itself, wherever it redirects to.
fn plain(path: &str) -> Wanted {
    Wanted {
        path: path.to_owned(),
        follows_redirects: false,
    }
}

/// Where Carbonio's and Zimbra's administration is known.
const ADMIN_PORT: u16 = 6071;
