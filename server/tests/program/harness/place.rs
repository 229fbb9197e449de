//! Where a story happens: a folder with a desk.toml, and a database on one of the two engines.

use super::{
    desk::Desk,
    mail_server::MailServer,
    program::{Done, Program},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError, Weak},
};
use tempfile::TempDir;
use testkit::{Ca, Postgres, dns::NameServer};
use tokio::runtime::Runtime;
use toml::{Table, Value};

/// The first password of all users.
pub(crate) const PASSWORD: &str = "sesame, open the door";

/// A name server that knows every domain, for as long as the tests run.
fn names() -> String {
    static NAMES: LazyLock<(Runtime, NameServer)> = LazyLock::new(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let names = runtime.block_on(NameServer::agreeing()).unwrap();
        (runtime, names)
    });
    NAMES.1.endpoint().to_string()
}

/// Gone on drop, with all that was written in it.
pub(crate) struct Place {
    folder: TempDir,
    settings: Table,
    _cluster: Option<Arc<Postgres>>,
}

impl Place {
    /// The database is `data/desk.db`, which does not exist yet.
    pub(crate) fn sqlite() -> Self {
        Self::new("sqlite://data/desk.db", None)
    }

    pub(crate) fn postgres() -> Self {
        // Weak, because a static is never dropped: the cluster ends with the last story that stands on it.
        static CLUSTER: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut shared = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
        let cluster = shared.upgrade().unwrap_or_else(|| Arc::new(Postgres::start()));
        *shared = Arc::downgrade(&cluster);
        Self::new(&cluster.database(), Some(cluster))
    }

    fn new(database: &str, cluster: Option<Arc<Postgres>>) -> Self {
        let mut place = Self {
            folder: tempfile::tempdir().unwrap(),
            settings: Table::new(),
            _cluster: cluster,
        };
        place.write("first_password", PASSWORD);
        place.set("auth.bootstrap_password", "file:first_password");
        place.set("auth.login_rate_limit", 1_000);
        place.set("database.url", database);
        // Any free port; the program says which it got.
        place.set("server.listen", "127.0.0.1:0");
        // Each story asks for its runs; only the first sweep comes by itself.
        place.set("schedule.checks", "1h");
        place
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder().join(name), text).unwrap();
    }

    /// Sets a key of desk.toml, as in `("auth.login_rate_limit", 3)`.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        let (tables, name) = key.rsplit_once('.').unwrap();
        let mut table = &mut self.settings;
        for step in tables.split('.') {
            table = table
                .entry(step)
                .or_insert_with(|| Table::new().into())
                .as_table_mut()
                .unwrap();
        }
        table.insert(name.to_owned(), value.into());
        self.write("desk.toml", &self.settings.to_string());
    }

    /// Who may send webhooks.
    pub(crate) fn integrations(&mut self, all: serde_json::Value) {
        self.list("integrations", all);
    }

    /// Who is told what becomes of tickets.
    pub(crate) fn hooks(&mut self, all: serde_json::Value) {
        self.list("hooks", all);
    }

    fn list(&mut self, key: &str, all: serde_json::Value) {
        let all: Value = serde_json::from_value(all).unwrap();
        self.settings.insert(key.to_owned(), all);
        self.write("desk.toml", &self.settings.to_string());
    }

    pub(crate) fn unset(&mut self, table: &str, name: &str) {
        self.settings[table].as_table_mut().unwrap().remove(name);
        self.write("desk.toml", &self.settings.to_string());
    }

    /// Adds a domain at a site, which may have any keys or none.
    pub(crate) fn add_domain(&mut self, name: &str, site: &str) {
        let sites = self
            .settings
            .entry("sites")
            .or_insert_with(|| Table::new().into());
        let site_of_that_name = sites
            .as_table_mut()
            .unwrap()
            .entry(site)
            .or_insert_with(|| Table::new().into());
        site_of_that_name
            .as_table_mut()
            .unwrap()
            .entry("resolver")
            .or_insert_with(|| names().into());
        let domains = self
            .settings
            .entry("domains")
            .or_insert_with(|| Value::Array(Vec::new()));
        let domain =
            Table::from_iter([("name", name), ("site", site)].map(|(k, v)| (k.to_owned(), v.into())));
        domains.as_array_mut().unwrap().push(domain.into());
        self.write("desk.toml", &self.settings.to_string());
    }

    /// Adds a domain whose IMAP server is this one, at a site of the same name that trusts the CA.
    pub(crate) fn watch(&mut self, domain: &str, server: &MailServer, ca: &Ca) {
        let site = domain.replace('.', "-");
        ca.write_root(self.folder()).unwrap();
        self.set(&format!("sites.{site}.extra_ca"), "ca.pem");
        self.set(&format!("sites.{site}.imaps"), server.endpoint());
        self.add_domain(domain, &site);
    }

    /// `desk serve`, once it answers. Its people have changed their first passwords already.
    pub(crate) fn start(&self) -> Desk {
        let desk = self.start_new();
        self.tamper("update users set must_change_password = false");
        desk
    }

    /// The same, with people who have not.
    pub(crate) fn start_new(&self) -> Desk {
        Desk::start(self.spawn(&["serve", "--config", "desk.toml"]))
    }

    /// `desk serve`, which is expected to end by itself.
    pub(crate) fn fail_to_start(&self) -> Done {
        self.run(&["serve", "--config", "desk.toml"])
    }

    /// `desk` with these words, to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Done {
        self.spawn(words).ends()
    }

    pub(crate) fn run_in(&self, language: &str, words: &[&str]) -> Done {
        Program::spawn(self.folder(), words, &[("LANG", language)], "").ends()
    }

    pub(crate) fn run_reading(&self, input: &str, words: &[&str]) -> Done {
        Program::spawn(self.folder(), words, &[], input).ends()
    }

    /// Every file and folder below the place, sorted.
    pub(crate) fn contents(&self) -> Vec<PathBuf> {
        let mut found = vec![self.folder().to_owned()];
        let mut next = 0;
        while let Some(path) = found.get(next) {
            if path.is_dir() {
                found.extend(
                    fs::read_dir(path.clone())
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
            }
            next += 1;
        }
        found.sort();
        found
    }

    /// Changes the database behind the Desk's back.
    pub(crate) fn tamper(&self, sql: &str) {
        let url = self.settings["database"]["url"].as_str().unwrap();
        let sql = AssertSqlSafe(sql);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            if let Some(file) = url.strip_prefix("sqlite://") {
                let url = format!("sqlite://{}", self.folder().join(file).display());
                let mut file = SqliteConnection::connect(&url).await.unwrap();
                sqlx::query(sql).execute(&mut file).await.unwrap();
                file.close().await.unwrap();
            } else {
                let mut server = PgConnection::connect(url).await.unwrap();
                sqlx::query(sql).execute(&mut server).await.unwrap();
                server.close().await.unwrap();
            }
        });
    }

    fn spawn(&self, words: &[&str]) -> Program {
        Program::spawn(self.folder(), words, &[], "")
    }
}
