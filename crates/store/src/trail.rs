//! The trail of what people changed: appended in the transaction of the change itself, chained by hash, never edited.

use crate::{Error, Result, Store, Tx, digest::digest, error::storable};
use model::{
    Timestamp,
    trail::{Action, Deed, Entry, Fields, Proof},
};

impl Tx {
    /// Appends a deed; it lasts when what it is about does.
    pub async fn note(&mut self, deed: &Deed) -> Result<()> {
        let last = on!(self, |db| {
            sqlx::query_as::<_, (i64, String)>("select id, hash from trail order by id desc limit 1")
                .fetch_optional(db)
                .await?
        });
        let (id, last) = last.unwrap_or_else(|| (0, Proof::BEGINNING.to_owned()));
        let mut row = EntryRow {
            id: id + 1,
            at: deed.at.0,
            actor: storable("actor", &deed.actor)?.to_owned(),
            address: deed.address.map(|address| address.to_string()),
            action: deed.action.as_str().to_owned(),
            object: storable("object", &deed.object)?.to_owned(),
            before: json(&deed.before)?,
            after: json(&deed.after)?,
            hash: String::new(),
        };
        row.hash = row.chained_to(&last)?;
        on!(self, |db| {
            sqlx::query(
                "insert into trail (id, at, actor, address, action, object, before, after, hash)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(row.id)
            .bind(row.at)
            .bind(row.actor)
            .bind(row.address)
            .bind(row.action)
            .bind(row.object)
            .bind(row.before)
            .bind(row.after)
            .bind(row.hash)
            .execute(db)
            .await?;
        });
        Ok(())
    }
}

impl Store {
    /// The entries older than `before`, newest first, at most `limit`.
    pub async fn trail(&self, before: i64, limit: u32) -> Result<Vec<Entry>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, EntryRow>("select * from trail where id < $1 order by id desc limit $2")
                .bind(before)
                .bind(i64::from(limit))
                .fetch_all(db)
                .await?
        });
        rows.into_iter().map(Entry::try_from).collect()
    }

    /// Computes the chain anew from its beginning, and looks for a hash that somebody had noted: with it, a trail
    /// whose end was cut off is found out too.
    pub async fn prove_trail(&self, known: Option<&str>) -> Result<Proof> {
        let mut proof = Proof {
            entries: 0,
            head: Proof::BEGINNING.to_owned(),
            broken_at: None,
            has_known: known.is_none_or(|known| known == Proof::BEGINNING),
        };
        loop {
            let rows = self.next_entries(proof.entries).await?;
            if rows.is_empty() {
                return Ok(proof);
            }
            for row in rows {
                if row.id != proof.entries + 1 || row.chained_to(&proof.head)? != row.hash {
                    proof.broken_at = Some(row.id);
                    return Ok(proof);
                }
                proof.has_known |= known == Some(row.hash.as_str());
                proof.entries = row.id;
                proof.head = row.hash;
            }
        }
    }

    async fn next_entries(&self, after: i64) -> Result<Vec<EntryRow>> {
        Ok(on!(self, |db| {
            sqlx::query_as::<_, EntryRow>("select * from trail where id > $1 order by id limit $2")
                .bind(after)
                .bind(AT_ONCE)
                .fetch_all(db)
                .await?
        }))
    }
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    id: i64,
    at: i64,
    actor: String,
    address: Option<String>,
    action: String,
    object: String,
    before: String,
    after: String,
    hash: String,
}

impl EntryRow {
    /// As JSON no two rows read alike, whatever their texts hold.
    fn chained_to(&self, last: &str) -> Result<String> {
        let row = (
            last,
            self.id,
            self.at,
            &self.actor,
            &self.address,
            &self.action,
            &self.object,
            &self.before,
            &self.after,
        );
        let text = serde_json::to_vec(&row).map_err(|why| Error::strange("trail entry", why.to_string()))?;
        Ok(digest(&text))
    }
}

impl TryFrom<EntryRow> for Entry {
    type Error = Error;

    fn try_from(row: EntryRow) -> Result<Self> {
        let address = row.address.map(|address| {
            let parsed = address.parse();
            parsed.map_err(|_| Error::strange("address", address))
        });
        Ok(Self {
            id: row.id,
            deed: Deed {
                at: Timestamp(row.at),
                actor: row.actor,
                address: address.transpose()?,
                action: Action::parse(&row.action).ok_or_else(|| Error::strange("action", &row.action))?,
                object: row.object,
                before: fields(row.before)?,
                after: fields(row.after)?,
            },
            hash: row.hash,
        })
    }
}

fn json(fields: &Fields) -> Result<String> {
    let text = serde_json::to_string(fields).map_err(|why| Error::strange("trail entry", why.to_string()))?;
    Ok(text)
}

fn fields(text: String) -> Result<Fields> {
    serde_json::from_str(&text).map_err(|_| Error::strange("trail entry", text))
}

/// Rows that are read in one go.
const AT_ONCE: i64 = 1_000;
