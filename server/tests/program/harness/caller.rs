//! Somebody at the Desk's doors: nobody, a program with a token, a browser with a cookie.

use super::{PATIENCE, desk::Desk, messages::Messages};
use serde_json::{Value, json};
use ureq::{
    Agent, Body,
    http::{HeaderMap, Request, Response},
};

/// Sends the same headers with every request; follows no redirect and keeps no connection.
#[derive(Clone)]
pub(crate) struct Caller {
    agent: Agent,
    origin: String,
    headers: Vec<(&'static str, String)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    headers: HeaderMap,
}

impl Caller {
    pub(super) fn new(origin: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            // A proxy in the environment knows nothing of our loopback.
            .proxy(None)
            .timeout_global(Some(PATIENCE));
        Self {
            agent: config.build().into(),
            origin: origin.to_owned(),
            headers: Vec::new(),
        }
    }

    /// The same caller with one more header.
    pub(crate) fn with(&self, name: &'static str, value: &str) -> Self {
        let mut caller = self.clone();
        caller.headers.push((name, value.to_owned()));
        caller
    }

    /// The same caller at the Desk after a restart.
    pub(crate) fn at(&self, desk: &Desk) -> Self {
        let mut caller = self.clone();
        desk.origin().clone_into(&mut caller.origin);
        caller
    }

    pub(crate) fn bearing(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.call("GET", path, "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.call("POST", path, body)
    }

    /// `POST` as a browser sends a form.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.with("content-type", "application/x-www-form-urlencoded")
            .post(path, &body)
    }

    pub(crate) fn log_in(&self, username: &str, password: &str) -> Answer {
        let body = json!({ "username": username, "password": password });
        self.post("/api/v1/auth/login", &body.to_string())
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        let mut response = self.send(method, path, body);
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.body_mut().read_to_string().unwrap(),
        }
    }

    /// The same at a Desk that may end meanwhile: `None` where no whole answer came.
    pub(crate) fn attempt(&self, method: &str, path: &str, body: &str) -> Option<Answer> {
        let mut response = self.try_send(method, path, body).ok()?;
        Some(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.body_mut().read_to_string().ok()?,
        })
    }

    /// Server-Sent Events.
    pub(crate) fn stream(&self, path: &str) -> Messages {
        let response = self.send("GET", path, "");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Messages::read(response.into_body().into_reader())
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Response<Body> {
        let answer = self.try_send(method, path, body);
        answer.unwrap_or_else(|why| panic!("{method} {path}: {why}"))
    }

    fn try_send(&self, method: &str, path: &str, body: &str) -> Result<Response<Body>, ureq::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if body.is_empty() {
            self.agent.run(request.body(()).unwrap())
        } else {
            self.agent.run(request.body(body).unwrap())
        }
    }
}

impl Answer {
    /// Empty where there is no such header.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }

    /// Where a redirect goes to.
    pub(crate) fn goes_to(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        self.header("location")
    }

    /// Where the login that this answer leads to will lead back to.
    pub(crate) fn back_after_login(&self) -> String {
        let (page, query) = self.goes_to().split_once('?').unwrap();
        assert_eq!(page, "/login");
        let mut asked = url::form_urlencoded::parse(query.as_bytes());
        asked.find(|(key, _)| key == "next").unwrap().1.into_owned()
    }

    /// An error as the contract has it (RFC 9457), and its `detail`.
    pub(crate) fn problem(&self, status: u16, code: &str) -> String {
        assert_eq!(
            (self.status, self.header("content-type")),
            (status, "application/problem+json"),
            "{self:?}"
        );
        let problem = self.json();
        let keys: Vec<&str> = problem.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["code", "detail", "status", "title", "type"]);
        assert_eq!(
            (&problem["status"], &problem["code"]),
            (&json!(status), &json!(code)),
            "{self:?}"
        );
        problem["detail"].as_str().unwrap().to_owned()
    }
}
