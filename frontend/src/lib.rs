//! The browser's entry: the page's script calls this once, and the island takes over.

// Without this the linker would drop the island, which only the page's HTML names.
use app as _;

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
