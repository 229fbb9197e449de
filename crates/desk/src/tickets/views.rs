//! Saved views: what somebody looks at again and again, under a name of their own.

use super::wrong;
use crate::{Actor, Desk, internal};
use model::{
    Error, Language, Permission, Result,
    evidence::tame,
    ticket::{Narrowed, View},
    trail::{Action, Fields},
};

impl Desk {
    /// One's own views, by name. Who no longer sees people no longer has the views that name one.
    pub async fn views(&self, who: &Actor) -> Result<Vec<View>> {
        let grant = who.may(Permission::SeeTickets)?;
        let mut views = self.0.store.views(who.username()).await.map_err(internal)?;
        views.retain(|view| view.narrowed.is_for(grant));
        Ok(views)
    }

    /// Keeps a view, in the place of one of the same name.
    pub async fn save_view(
        &self,
        who: &Actor,
        name: &str,
        narrowed: Narrowed,
        language: Language,
    ) -> Result<View> {
        let grant = who.may(Permission::SeeTickets)?;
        let view = View {
            name: read_name(name, language)?,
            narrowed: read(narrowed, language)?,
        };
        if !view.narrowed.is_for(grant) {
            return Err(Error::Denied);
        }
        let owner = &who.person()?.username;
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let views = tx.views(owner).await.map_err(internal)?;
        let known = views.iter().find(|known| known.name == view.name);
        if known.is_none() && views.len() >= MOST {
            return Err(full(language));
        }
        let before = known.map(fields).unwrap_or_default();
        tx.save_view(owner, &view).await.map_err(internal)?;
        let deed = self.deed(who, Action::ViewSaved, &view.name);
        tx.note(&deed.with(before, fields(&view)))
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)?;
        Ok(view)
    }

    pub async fn remove_view(&self, who: &Actor, name: &str) -> Result<()> {
        who.may(Permission::SeeTickets)?;
        let owner = &who.person()?.username;
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let views = tx.views(owner).await.map_err(internal)?;
        let known = views.iter().find(|known| known.name == name);
        let known = known.ok_or_else(|| Error::not_found("this view"))?;
        tx.remove_view(owner, name).await.map_err(internal)?;
        let deed = self.deed(who, Action::ViewRemoved, name);
        tx.note(&deed.with(fields(known), Fields::new()))
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)
    }
}

fn read_name(name: &str, language: Language) -> Result<String> {
    let name = tame(name.trim(), usize::MAX);
    match name.chars().count() {
        0 => Err(wrong("name", language, "está vazio", "it is empty")),
        1..=LONGEST_NAME => Ok(name),
        _ => Err(wrong(
            "name",
            language,
            "no máximo 60 caracteres",
            "at most 60 characters",
        )),
    }
}

fn read(narrowed: Narrowed, language: Language) -> Result<Narrowed> {
    let text = |field: &str, text: Option<String>| match text {
        Some(text) if text.chars().count() > LONGEST_TEXT => Err(wrong(
            field,
            language,
            "no máximo 200 caracteres",
            "at most 200 characters",
        )),
        text => Ok(text.map(|text| tame(text.trim(), LONGEST_TEXT))),
    };
    let mut status = narrowed.status;
    status.sort_unstable();
    status.dedup();
    Ok(Narrowed {
        status,
        assigned_to: text("assigned_to", narrowed.assigned_to)?,
        q: text("q", narrowed.q)?.filter(|words| !words.is_empty()),
        ..narrowed
    })
}

/// A view as the trail tells of it.
fn fields(view: &View) -> Fields {
    let Narrowed {
        status,
        priority,
        kind,
        assigned_to,
        q,
    } = &view.narrowed;
    let status: Vec<&str> = status.iter().map(|one| one.as_str()).collect();
    let all = [
        ("status", Some(status.join(",")).filter(|all| !all.is_empty())),
        ("priority", priority.map(|one| one.to_string())),
        ("kind", kind.map(|one| one.to_string())),
        ("assigned_to", assigned_to.clone()),
        ("q", q.clone()),
    ];
    let said = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
    said.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn full(language: Language) -> Error {
    Error::Conflict {
        why: match language {
            Language::Pt => format!("já há {MOST} visões salvas; remova uma antes"),
            Language::En => format!("{MOST} views are saved already; remove one first"),
        },
    }
}

/// Of one person.
const MOST: usize = 50;
const LONGEST_NAME: usize = 60;
const LONGEST_TEXT: usize = 200;
