//! The demo's onboarding wizard: it posts what VM112's would, through the Desk's own door and with its secret.

use crate::cli::clock;
use engine::{
    Engine, Trust,
    net::{Limits, post::Letter},
};
use model::{
    Timestamp,
    time::{DAY, HOUR, MINUTE},
};
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use url::Url;

/// Says all that it has to say, each as soon as the Desk takes it.
pub(super) async fn tell(desk: SocketAddr, secret: String) -> anyhow::Result<()> {
    let url = Url::parse(&format!("http://{desk}/api/v1/webhooks/onboard"))?;
    let engine = Engine::new(&[], Trust::nobody(), Limits::default(), clock())?;
    let now = engine.now();
    for said in SAID {
        let letter = Letter {
            url: &url,
            headers: &[("x-webhook-secret", &secret)],
            body: &body(said, now).to_string(),
        };
        for _ in 0..TRIES {
            let answer = engine.post(letter).await;
            if answer.is_ok_and(|answer| answer.status < 500) {
                break;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
    Ok(())
}

fn body((ago, domain, event, step, error): &Said, now: Timestamp) -> Value {
    let some = |text: &&'static str| Some(*text).filter(|text| !text.is_empty());
    json!({
        "event": format!("onboard.{event}"),
        "occurred_at": now.plus(-ago),
        "data": {
            "domain": format!("{domain}.example"),
            "tenant": domain,
            "step": some(step),
            "error": some(error),
        },
    })
}

/// How long ago, of which domain, the event, the step, and what went wrong.
type Said = (i64, &'static str, &'static str, &'static str, &'static str);

/// Some are on their way, one waits for somebody, one for nobody knows what; of those that the wizard takes for done
/// the lab's own state decides which are.
const SAID: &[Said] = &[
    (9 * DAY, "myvexx", "started", "", ""),
    (9 * DAY - 10 * MINUTE, "myvexx", "step", "dns", ""),
    (9 * DAY - 25 * MINUTE, "myvexx", "step", "cert_san", ""),
    (9 * DAY - 40 * MINUTE, "myvexx", "step", "mailboxes", ""),
    (9 * DAY - HOUR, "myvexx", "completed", "", ""),
    (4 * DAY, "zextra", "started", "", ""),
    (4 * DAY - 12 * MINUTE, "zextra", "step", "dns", ""),
    (4 * DAY - 30 * MINUTE, "zextra", "step", "cert_san", ""),
    (4 * DAY - 41 * MINUTE, "zextra", "step", "mailboxes", ""),
    (4 * DAY - 50 * MINUTE, "zextra", "completed", "", ""),
    (3 * DAY, "pousada", "started", "", ""),
    (3 * DAY - 20 * MINUTE, "pousada", "step", "dns", ""),
    (6 * HOUR, "betinsport", "started", "", ""),
    (6 * HOUR - 15 * MINUTE, "betinsport", "step", "dns", ""),
    (
        6 * HOUR - 30 * MINUTE,
        "betinsport",
        "failed",
        "cert_san",
        "a CA recusou: limite de emissões",
    ),
    (4 * HOUR, "betinsport", "step", "cert_san", ""),
    (4 * HOUR - 20 * MINUTE, "betinsport", "step", "mailboxes", ""),
    (3 * HOUR, "betinsport", "completed", "", ""),
    (2 * HOUR, "livraria", "started", "", ""),
    (2 * HOUR - 8 * MINUTE, "livraria", "step", "dns", ""),
    (
        90 * MINUTE,
        "livraria",
        "failed",
        "dns",
        "o MX ainda aponta para o servidor antigo",
    ),
    (50 * MINUTE, "floricultura", "started", "", ""),
    (35 * MINUTE, "floricultura", "step", "dns", ""),
    (12 * MINUTE, "floricultura", "step", "cert_san", ""),
    (3 * MINUTE, "oficina", "started", "", ""),
];
const TRIES: u32 = 20;
const AGAIN: Duration = Duration::from_millis(500);
