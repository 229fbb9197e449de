//! Opens a database by its url and brings it up to this program's version, or says in one line why not.

use crate::{
    Store,
    dialect::{File, Server},
    tickets,
};
use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{MigrateError, Migration, Migrator},
    postgres::PgConnectOptions,
};
use std::{
    io,
    path::{Path, PathBuf},
};

impl Store {
    /// `sqlite://data/desk.db` (relative), `sqlite:///var/lib/desk/desk.db`, `postgres://user@host:5432/name` or
    /// `postgres:///name?host=/run/postgresql`. A missing SQLite file is made, its folder is not.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(OpenError::NoScheme);
        };
        let (place, store) = match scheme {
            "sqlite" => open_file(rest).await?,
            "postgres" | "postgresql" => open_server(url).await?,
            _ => {
                return Err(OpenError::Scheme {
                    scheme: scheme.to_owned(),
                });
            }
        };
        if let Err(why) = migrate(&store, &place).await {
            store.close().await;
            return Err(why);
        }
        Ok(store)
    }
}

/// Why a database cannot be used. Each is one line and never holds a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the database's url must begin with sqlite:// or postgres://")]
    NoScheme,
    #[error("the database's url begins with {scheme}://, but must with sqlite:// or postgres://")]
    Scheme { scheme: String },
    #[error("sqlite:// wants the path of a file and nothing else, as in sqlite://data/desk.db")]
    NotAPath,
    #[error("the database's postgres:// url cannot be read: {why}")]
    Url { why: String },
    #[error("the database {} cannot be made: its folder does not exist", path.display())]
    FolderMissing { path: PathBuf },
    #[error("the database {} cannot be opened: {why}", path.display())]
    File { path: PathBuf, why: String },
    #[error("{} is not an SQLite database", path.display())]
    NotADatabase { path: PathBuf },
    #[error("the database {place} cannot be reached: {why}")]
    Unreachable { place: String, why: String },
    #[error(
        "the database {place} is from a newer version of the Desk (its migration {version} is not known here): \
         start that version, or restore a backup"
    )]
    Newer { place: String, version: i64 },
    #[error("the database {place} was made with another text of migration {version}")]
    Altered { place: String, version: i64 },
    #[error("the database {place} cannot be brought up to date: {why}")]
    Migration { place: String, why: String },
}

async fn open_file(path: &str) -> Result<(String, Store), OpenError> {
    if path.is_empty() || path.contains(['?', '#', '\0']) || path == ":memory:" {
        return Err(OpenError::NotAPath);
    }
    let path = Path::new(path);
    make(path).await.map_err(|why| match why.kind() {
        io::ErrorKind::NotFound => OpenError::FolderMissing {
            path: path.to_owned(),
        },
        _ => OpenError::File {
            path: path.to_owned(),
            why: why.to_string(),
        },
    })?;
    let file = File::open(path).await.map_err(|why| no_file(path, &why))?;
    Ok((path.display().to_string(), Store::Sqlite(file)))
}

/// Makes an empty file that its owner alone can read, because password hashes will be in it.
async fn make(path: &Path) -> io::Result<()> {
    let mut file = tokio::fs::OpenOptions::new();
    #[cfg(unix)]
    file.mode(0o600);
    match file.write(true).create_new(true).open(path).await {
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

fn no_file(path: &Path, why: &sqlx::Error) -> OpenError {
    let path = path.to_owned();
    let Some(sqlite) = why.as_database_error() else {
        return OpenError::File {
            path,
            why: one_line(why),
        };
    };
    if sqlite.code().as_deref() == Some(SQLITE_NOTADB) {
        return OpenError::NotADatabase { path };
    }
    OpenError::File {
        path,
        why: sqlite.message().to_owned(),
    }
}

async fn open_server(url: &str) -> Result<(String, Store), OpenError> {
    let options: PgConnectOptions = url.parse().map_err(|why: sqlx::Error| OpenError::Url {
        why: match why {
            sqlx::Error::Configuration(why) => why.to_string(),
            _ => "it has another form".to_owned(),
        },
    })?;
    let place = place(&options);
    let server = Server::open(options)
        .await
        .map_err(|why| OpenError::Unreachable {
            place: place.clone(),
            why: match why {
                sqlx::Error::Io(why) => why.to_string(),
                sqlx::Error::PoolTimedOut => "it does not answer".to_owned(),
                sqlx::Error::Database(why) => why.message().to_owned(),
                why => one_line(&why),
            },
        })?;
    Ok((place, Store::Pg(server)))
}

/// Where a server is, without its password.
fn place(options: &PgConnectOptions) -> String {
    let name = options.get_database().unwrap_or(options.get_username());
    let host = match options.get_socket() {
        Some(folder) => folder.to_string_lossy(),
        None => options.get_host().into(),
    };
    [name, " at ", &host, ":", &options.get_port().to_string()].concat()
}

/// All of them or none, whatever stops it halfway.
async fn migrate(store: &Store, place: &str) -> Result<(), OpenError> {
    // `run` would do the same as `run_direct`, but its future cannot be proved `Send`. Each engine has words of its own
    // for what comes after.
    let done: Result<(), MigrateError> = async {
        match store {
            Store::Sqlite(file) => {
                let mut writer = file.turn().await?;
                let mut tx = writer.transaction().await?;
                in_sqlite().run_direct(None, &mut *tx, false).await?;
                tickets::create_sqlite(&mut tx).await?;
                tx.commit().await?;
            }
            Store::Pg(server) => {
                let mut tx = server.begin().await?;
                MIGRATIONS.run_direct(None, &mut *tx, false).await?;
                tickets::create_postgres(&mut tx).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
    .await;
    done.map_err(|why| not_migrated(place, why))
}

/// There a key is the row's own number only if it is called `integer`; else it is an index beside the rows. What was
/// made so before stays as it is, and works alike.
fn in_sqlite() -> Migrator {
    let own = |migration: &Migration| {
        let text = migration
            .sql
            .as_str()
            .replace("bigint primary key", "integer primary key");
        Migration {
            sql: AssertSqlSafe(text).into_sql_str(),
            ..migration.clone()
        }
    };
    Migrator::with_migrations(MIGRATIONS.iter().map(own).collect())
}

fn not_migrated(place: &str, why: MigrateError) -> OpenError {
    let place = place.to_owned();
    match why {
        MigrateError::VersionMissing(version) => OpenError::Newer { place, version },
        MigrateError::VersionMismatch(version) => OpenError::Altered { place, version },
        MigrateError::Execute(why) => OpenError::Migration {
            place,
            why: one_line(&crate::Error::from(why)),
        },
        why => OpenError::Migration {
            place,
            why: one_line(&why),
        },
    }
}

fn one_line(why: &impl std::error::Error) -> String {
    why.to_string().replace(['\r', '\n'], " ")
}

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");
/// <https://www.sqlite.org/rescode.html#notadb>
const SQLITE_NOTADB: &str = "26";
