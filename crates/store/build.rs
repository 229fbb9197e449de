//! Builds again when a migration is added: `sqlx::migrate!` alone sees only changes of the files it knew.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
