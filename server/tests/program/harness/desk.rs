//! A Desk that serves, and who calls on it.

use super::{
    caller::Caller,
    messages::Message,
    place::PASSWORD,
    program::{Done, Program},
};
use nix::sys::signal::Signal;

/// Killed on drop.
pub(crate) struct Desk {
    program: Program,
    origin: String,
}

impl Desk {
    pub(super) fn start(mut program: Program) -> Self {
        let line = program.says("Listening on");
        let origin = line.split(' ').find(|word| word.starts_with("http")).unwrap();
        Self {
            origin: origin.to_owned(),
            program,
        }
    }

    /// `http://127.0.0.1:PORT`, or `https://` where it serves that itself.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn address(&self) -> &str {
        self.origin.split_once("://").unwrap().1
    }

    pub(crate) fn anonymous(&self) -> Caller {
        Caller::new(&self.origin)
    }

    /// A program that has logged in as this user.
    pub(crate) fn token(&self, user: &str) -> Caller {
        self.anonymous().bearing(&self.fresh_token(user))
    }

    /// A browser that has logged in as this user.
    pub(crate) fn cookie(&self, user: &str) -> Caller {
        let entry = [("username", user), ("password", PASSWORD)];
        let answer = self.anonymous().form("/login", &entry);
        assert_eq!((answer.status, answer.header("location")), (303, "/"));
        let (cookie, _) = answer.header("set-cookie").split_once(';').unwrap();
        self.anonymous().with("cookie", cookie)
    }

    pub(crate) fn fresh_token(&self, user: &str) -> String {
        let answer = self.anonymous().log_in(user, PASSWORD);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Waits until the first sweep's results of a domain are stored, all of which are at once. Returns the
    /// newest event's id.
    pub(crate) fn has_checked(&self, domain: &str) -> i64 {
        let root = self.token("root");
        let mut happened = root.stream("/api/v1/stream?after=0");
        let checked = |message: &Message| message.event == "check" && message.data["domain"] == domain;
        happened.find(checked).unwrap();
        let card = root.get(&format!("/api/v1/desk/domains/{domain}"));
        card.json()["last_event"].as_i64().unwrap()
    }

    /// Waits for a line of its log with these words, among those that it has not written yet.
    pub(crate) fn says(&mut self, words: &str) -> String {
        self.program.says(words)
    }

    /// How much memory it has had at most.
    pub(crate) fn most_megabytes(&self) -> u64 {
        self.program.most_kilobytes() / 1_024
    }

    /// SIGTERM, and what becomes of it.
    pub(crate) fn stop(self) -> Done {
        self.program.signal(Signal::SIGTERM);
        self.program.ends()
    }

    /// SIGTERM; returns when the Desk says that it is stopping.
    pub(crate) fn is_told_to_stop(&mut self) {
        self.program.signal(Signal::SIGTERM);
        self.program.says("Stopping");
    }

    pub(crate) fn ends(self) -> Done {
        self.program.ends()
    }

    /// From now on it gets no more descriptors than this many beyond those that it has.
    pub(crate) fn may_open(&self, more: usize) {
        self.program.may_open(more);
    }

    /// Holds it where it is; whoever talks to it waits.
    pub(crate) fn freeze(&self) {
        self.program.signal(Signal::SIGSTOP);
    }

    /// SIGKILL, while others still talk to it; [`Desk::kill`] waits for its end.
    pub(crate) fn kill_now(&self) {
        self.program.signal(Signal::SIGKILL);
    }

    /// SIGKILL: it does not get to write anything any more.
    pub(crate) fn kill(self) {
        self.kill_now();
        assert_eq!(self.program.ends().code, None);
    }
}
