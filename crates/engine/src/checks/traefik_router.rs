//! A router of Traefik matches the mail host, by the file provider's files or by what the API says is in use
//! (Traefik's documentation, "Routers").

use super::Check;
use crate::{
    Facts,
    net::{
        Ended,
        api::{ApiFault, Base},
    },
    site::Traefik,
    wire::traefik::{Broken, Kind, Routers, page, read_files},
};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};
use std::path::Path;

pub static CHECK: Check = Check {
    id: CheckId::new("traefik_router"),
    group: Group::Infra,
    priority: Priority::P1,
    label: Label {
        pt: "Traefik router",
        en: "Traefik router",
    },
    ok_when: "the rule of an HTTP or TCP router matches the mail host, in the dynamic files or in the API; a disabled \
              router does not count, and neither does a rule that speaks of paths alone",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    match &facts.site.traefik {
        None => Err(facts.not_configured("traefik_dynamic")),
        Some(Traefik::Files(path)) => in_files(facts, path).await,
        Some(Traefik::Api(url)) => in_api(facts, url).await,
    }
}

async fn in_files(facts: &Facts<'_>, path: &Path) -> Result<Outcome, Outcome> {
    let read = facts.parsed_folder(facts.proxy_host(), path, read_files).await?;
    match &*read {
        Ok(routers) => Ok(routed(facts, routers, facts.at_proxy(path))),
        Err(Broken { path, why }) => Err(Outcome::fail(
            Code::ConfigBroken,
            facts.at_proxy(path).detail(why),
        )),
    }
}

async fn in_api(facts: &Facts<'_>, url: &str) -> Result<Outcome, Outcome> {
    let Some(base) = Base::parse(url) else {
        let seen = Evidence::default().detail("traefik_api is no http address");
        return Err(Outcome::unknown(Code::Unreachable, seen));
    };
    let about = format!("{} {url}", facts.site.name);
    let routers = facts.learned(about, || in_use(facts, &base)).await;
    let routers = routers.map_err(|outcome| facts.of_mail_host(outcome))?;
    Ok(facts.of_mail_host(routed(facts, &routers, at(&base))))
}

/// The routers that the API says are in use.
async fn in_use(facts: &Facts<'_>, base: &Base) -> Result<Routers, Outcome> {
    let mut routers = Vec::new();
    let take = |which: usize, json: &[u8]| {
        let kind = KINDS.get(which).copied().unwrap_or(Kind::Http);
        let found = page(json, kind).map_err(|why| Ended::saying(Code::NotHttp, why.to_string()))?;
        routers.extend(found);
        Ok(())
    };
    match facts.lists(base, &LISTS, take).await {
        Ok(()) => Ok(Routers::new(routers)),
        Err(ApiFault::Status(status)) => {
            let status = Some(status);
            Err(Outcome::fail(Code::HttpError, Evidence { status, ..at(base) }))
        }
        Err(ApiFault::TooLarge) => Err(Outcome::unknown(Code::TooLarge, at(base))),
        // Who does not speak as the API does has not said that there is no router.
        Err(ApiFault::Ended(ended)) => Err(Outcome::unknown(ended.code, ended.outcome(at(base)).evidence)),
    }
}

/// `seen` is where the routers were read; one that stands in a file is told with its place.
fn routed(facts: &Facts<'_>, routers: &Routers, seen: Evidence) -> Outcome {
    if let Some(router) = routers.route(facts.domain.mail_host.as_str()) {
        let path = router.place.as_ref().map(|(path, _)| path.display().to_string());
        return Outcome::ok(Evidence {
            path,
            line: router.place.as_ref().map(|(_, line)| *line),
            ..seen.found([router.to_string()])
        });
    }
    match routers.untried() {
        Some(router) => {
            let why = "this rule's expressions are too many or too large to be tried";
            Outcome::unknown(Code::Unreadable, seen.found([router.to_string()]).detail(why))
        }
        None => Outcome::fail(Code::NotRouted, seen),
    }
}

/// Evidence about the API.
fn at(base: &Base) -> Evidence {
    Evidence {
        endpoint: Some(base.endpoint.to_string()),
        url: Some(base.url(LISTS[0])),
        ..Evidence::default()
    }
}

const LISTS: [&str; 2] = ["/api/http/routers", "/api/tcp/routers"];
/// What stands in each.
const KINDS: [Kind; 2] = [Kind::Http, Kind::Tcp];
