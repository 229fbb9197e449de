//! What a role may not do is not shown; the use-case refuses it all the same.

use crate::reader::Reader;
use leptos::prelude::*;
use model::Permission;

/// Renders its children for readers whose role has the permission.
#[component]
pub fn Can(permission: Permission, children: Children) -> impl IntoView {
    Reader::here().may(permission).then(children)
}
