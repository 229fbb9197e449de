//! A release holds the site inside the binary: it is built anew when the site is.

fn main() {
    // A debug build reads the site's files as it runs.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../target/site");
    } else {
        println!("cargo::rerun-if-changed=build.rs");
    }
}
