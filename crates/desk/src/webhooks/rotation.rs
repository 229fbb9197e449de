//! A new secret for an integration: both the new one and the one before it count until the change is over, so that no
//! webhook is refused while somebody carries the new one to its sender.

use super::keyring::{mark, place, ring};
use crate::{Actor, Desk, internal, seal::Seal};
use aws_lc_rs::rand;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use model::{
    Error, Language, Permission, Result,
    trail::{Action, Fields},
    webhook::{Credential, CredentialState, NewCredential, Origin, PreviousCredential},
};
use store::StoredCredential;

impl Desk {
    /// Makes a new credential, which is shown in the answer and never again. The one before it counts until it is ended,
    /// or a week after a sender has first shown the new one. One that no sender has shown yet is replaced: whoever did
    /// not catch it asks again.
    pub async fn rotate(
        &self,
        who: &Actor,
        integration: &str,
        credential: Credential,
        language: Language,
    ) -> Result<NewCredential> {
        who.may(Permission::ManagePeople)?;
        let (nth, known) = self
            .integration(integration)
            .ok_or_else(|| no_such(integration, language))?;
        let seal = self.seal(language).await?;
        let now = self.now();
        let place = place(integration, credential);
        let value = random(credential)?;
        let sealed = seal.seal(&place, &value).map_err(internal)?;

        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let row = tx.credential(integration, credential).await.map_err(internal)?;
        let mut before = ring(Some(seal), known, credential, row.as_ref());
        // It may have been used since that was written down.
        before.remember(self.0.keyring.of(nth).ring(credential));
        let (previous, previous_used_at) = match row.filter(|_| before.origin == Origin::Rotated) {
            Some(row) if before.previous_counts(now) => {
                if before.previous_ends_at().is_some() {
                    return Err(unfinished(language));
                }
                (row.previous, row.previous_used_at)
            }
            Some(row) => (Some(row.sealed), None),
            None => {
                let configured = known.configured(credential);
                let sealed = configured.map(|secret| seal.seal(&place, secret.reveal()));
                (sealed.transpose().map_err(internal)?, None)
            }
        };
        let previous_counts = previous.is_some();
        let new = StoredCredential {
            integration: integration.to_owned(),
            credential,
            configured: mark(seal, &place, known.configured(credential)),
            sealed,
            previous,
            rotated_at: now,
            rotated_by: who.username().to_owned(),
            first_used_at: None,
            used_at: None,
            previous_used_at,
        };
        tx.put_credential(&new).await.map_err(internal)?;
        let deed = self.deed(who, Action::IntegrationRotated, integration);
        tx.note(&deed.with(Fields::new(), fields(credential)))
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)?;
        self.reload_keyring().await.map_err(internal)?;
        Ok(NewCredential {
            integration: integration.to_owned(),
            credential,
            value,
            previous_counts,
        })
    }

    /// Ends the credential before the new one: who still shows it is refused from now on.
    pub async fn end_previous(
        &self,
        who: &Actor,
        integration: &str,
        credential: Credential,
        language: Language,
    ) -> Result<()> {
        who.may(Permission::ManagePeople)?;
        self.integration(integration)
            .ok_or_else(|| no_such(integration, language))?;
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let row = tx.credential(integration, credential).await.map_err(internal)?;
        let row = row.filter(|row| row.previous.is_some()).ok_or_else(|| {
            Error::not_found(match language {
                Language::Pt => "um segredo anterior que ainda valha",
                Language::En => "a previous secret that still counts",
            })
        })?;
        let ended = StoredCredential {
            previous: None,
            previous_used_at: None,
            ..row
        };
        tx.put_credential(&ended).await.map_err(internal)?;
        let deed = self.deed(who, Action::IntegrationPreviousEnded, integration);
        tx.note(&deed.with(Fields::new(), fields(credential)))
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)?;
        self.reload_keyring().await.map_err(internal)?;
        Ok(())
    }

    /// How the credentials of each integration are, in the order of the configuration; never a value.
    pub(super) async fn credential_states(&self) -> Result<Vec<Vec<CredentialState>>> {
        let rows = self.0.store.credentials().await.map_err(internal)?;
        let now = self.now();
        let of_one = |(nth, name): (usize, &str)| {
            let keys = self.0.keyring.of(nth);
            let state = |credential| {
                let row = rows
                    .iter()
                    .find(|row| row.integration == name && row.credential == credential);
                let ring = keys.ring(credential);
                let row = row.filter(|_| matches!(ring.origin, Origin::Rotated | Origin::Unreadable));
                let previous = ring.previous.as_ref().filter(|_| ring.previous_counts(now));
                CredentialState {
                    credential,
                    origin: ring.origin,
                    rotated_at: row.map(|row| row.rotated_at),
                    rotated_by: row.map(|row| row.rotated_by.clone()),
                    used_at: ring.current.as_ref().and_then(|held| held.used.last()),
                    previous: previous.map(|held| PreviousCredential {
                        used_at: held.used.last(),
                        ends_at: ring.previous_ends_at(),
                    }),
                }
            };
            Credential::ALL.map(state).to_vec()
        };
        let names = self.0.setup.integrations.iter().map(|one| one.name.as_str());
        Ok(names.enumerate().map(of_one).collect())
    }

    /// Whether the secret under this key of the configuration is one that an integration has by now without it.
    pub(crate) fn has_made(&self, key: &str) -> bool {
        let mut all = self.0.setup.integrations.iter().enumerate();
        all.any(|(nth, one)| {
            format!("integrations.{}.secret", one.name) == key && !self.0.keyring.of(nth).is_empty()
        })
    }

    /// What is sealed with another key than that of the Desk which serves, that one could not open.
    async fn seal(&self, language: Language) -> Result<&Seal> {
        let seal = self.0.setup.seal.as_deref();
        let marked = self.0.store.seal_mark().await.map_err(internal)?;
        let is_ours = |seal: &&Seal| marked.is_none_or(|mark| mark == own_mark(seal));
        seal.filter(is_ours).ok_or_else(|| Error::Conflict {
            why: match language {
                Language::Pt => "o JWT secret não é o do Desk que está no ar; use o mesmo ambiente dele",
                Language::En => "the JWT secret is not that of the Desk that serves; use its environment",
            }
            .to_owned(),
        })
    }
}

/// By it a Desk is known to seal with the same key.
pub(super) fn own_mark(seal: &Seal) -> String {
    seal.mark("seal", "")
}

/// What the trail says beside the integration's name.
pub(super) fn fields(credential: Credential) -> Fields {
    Fields::from([("credential".to_owned(), credential.to_string())])
}

/// 256 bits. `whsec_` and Base64 is the form of the Standard Webhooks specification, section "Signature scheme".
fn random(credential: Credential) -> Result<String> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(internal)?;
    Ok(match credential {
        Credential::Secret => format!("whsec_{}", BASE64.encode(&bytes)),
        Credential::UrlKey => BASE64URL_NOPAD.encode(&bytes),
    })
}

fn no_such(integration: &str, language: Language) -> Error {
    Error::not_found(match language {
        Language::Pt => format!("a integração {integration}"),
        Language::En => format!("the integration {integration}"),
    })
}

/// A third would end the first, which some sender may still show.
fn unfinished(language: Language) -> Error {
    Error::Conflict {
        why: match language {
            Language::Pt => "a troca anterior não terminou: encerre primeiro o valor anterior",
            Language::En => "the change before is not over: end the previous one first",
        }
        .to_owned(),
    }
}
