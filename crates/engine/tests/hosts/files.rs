//! A remote file is read as a local one is, in all its faults.

use super::Remote;
use engine::{net::host::FileFault, site::Host};
use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt, fs::symlink},
    path::Path,
    process::Command,
};

#[tokio::test]
async fn a_file_comes_over_octet_by_octet_or_says_why_not() {
    let remote = Remote::start().await;
    let every_octet: Vec<u8> = (0..=255).collect();
    let path = remote.write("every", &every_octet);
    assert_eq!(remote.read(&path).await, Ok(every_octet));
    assert_eq!(remote.read(&remote.write("empty", b"")).await, Ok(vec![]));
    let full = remote.write("full", &[b'x'; 1_000]);
    assert_eq!(remote.read(&full).await.map(|bytes| bytes.len()), Ok(1_000));
    let more = remote.write("more", &[b'x'; 1_001]);
    assert_eq!(remote.read(&more).await, Err(FileFault::TooLarge));

    let folder = remote.folder.path();
    assert_eq!(
        remote.read(&folder.join("nowhere")).await,
        Err(FileFault::Missing)
    );
    assert_eq!(remote.read(&full.join("below")).await, Err(FileFault::Missing));
    symlink(folder.join("loop"), folder.join("loop")).unwrap();
    Command::new("mkfifo").arg(folder.join("fifo")).status().unwrap();
    for strange in [
        folder,
        &folder.join("loop"),
        &folder.join("fifo"),
        Path::new("/dev/zero"),
    ] {
        let seen = remote.read(strange).await;
        assert!(
            matches!(seen, Err(FileFault::Unreadable(_))),
            "{}: {seen:?}",
            strange.display()
        );
    }
    symlink(&full, folder.join("link")).unwrap();
    assert!(remote.read(&folder.join("link")).await.is_ok());
}

#[tokio::test]
async fn a_name_is_never_a_part_of_a_command() {
    let remote = Remote::start().await;
    let canary = remote.folder.path().join("canary");
    for name in [
        "with space",
        "it's",
        "$(touch canary)",
        "`touch canary`",
        "a;touch canary",
        "-n",
        "--help",
        "two\nlines",
        "\\back\\slash",
        "\"quoted\"",
        "*",
        "é",
    ] {
        let path = remote.write(name, name.as_bytes());
        assert_eq!(remote.read(&path).await, Ok(name.as_bytes().to_vec()), "{name:?}");
        let found = remote.hosts.folder(&remote.host, &path).await.unwrap();
        assert_eq!(found, [(path, name.as_bytes().to_vec())], "{name:?}");
    }
    let no_utf8 = remote.folder.path().join(OsStr::from_bytes(b"\xff\xfe"));
    fs::write(&no_utf8, "octets").unwrap();
    assert_eq!(remote.read(&no_utf8).await, Ok(b"octets".to_vec()));
    assert!(!canary.exists());
}

#[tokio::test]
async fn a_folder_is_the_same_here_and_there() {
    let remote = Remote::start().await;
    remote.write("conf/a.yml", b"a");
    remote.write("conf/empty.yml", b"");
    remote.write("conf/deep/er/b.toml", &[0, 1, 2, 255]);
    remote.write("elsewhere/c.yml", b"c");
    let folder = remote.folder.path().join("conf");
    symlink("../elsewhere/c.yml", folder.join("c.yml")).unwrap();
    // Links to folders could lead anywhere, and round.
    symlink(".", folder.join("round")).unwrap();
    symlink("nowhere", folder.join("dangling")).unwrap();
    Command::new("mkfifo").arg(folder.join("fifo")).status().unwrap();

    let here = remote.hosts.folder(&Host::Local, &folder).await.unwrap();
    let there = remote.hosts.folder(&remote.host, &folder).await.unwrap();
    assert_eq!(here, there);
    let names: Vec<_> = here
        .iter()
        .map(|(path, _)| path.strip_prefix(&folder).unwrap().to_str().unwrap())
        .collect();
    assert_eq!(names, ["a.yml", "c.yml", "deep/er/b.toml", "empty.yml"]);

    for host in [&Host::Local, &remote.host] {
        let ask = async |path: &str| remote.hosts.folder(host, Path::new(path)).await;
        assert_eq!(ask("/nowhere").await, Err(FileFault::Missing));
        assert!(matches!(ask("/dev/null").await, Err(FileFault::Unreadable(_))));
        assert_eq!(
            remote
                .hosts
                .folder(host, &folder.join("a.yml"))
                .await
                .unwrap()
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn a_folder_of_thousands_of_files_or_of_large_ones_is_too_large() {
    let remote = Remote::start().await;
    for n in 0..1_001 {
        remote.write(&format!("many/{n}"), b"");
    }
    let large = remote.write("large/file", b"");
    fs::File::options()
        .write(true)
        .open(&large)
        .unwrap()
        .set_len(17 * 1024 * 1024)
        .unwrap();
    for host in [&Host::Local, &remote.host] {
        for folder in ["many", "large"] {
            let path = remote.folder.path().join(folder);
            let seen = remote.hosts.folder(host, &path).await;
            assert_eq!(seen, Err(FileFault::TooLarge), "{host:?} {folder}");
        }
    }
}

#[tokio::test]
async fn an_executable_is_known_by_its_mode() {
    let remote = Remote::start().await;
    let path = remote.write("script", b"");
    for (mode, is_executable) in [
        (0o644, false),
        (0o755, true),
        (0o700, true),
        (0o000, false),
        (0o4711, true),
    ] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        for host in [&Host::Local, &remote.host] {
            let seen = remote.hosts.is_executable(host, &path).await;
            assert_eq!(seen, Ok(is_executable), "{host:?} {mode:o}");
        }
    }
    for host in [&Host::Local, &remote.host] {
        assert_eq!(
            remote.hosts.is_executable(host, remote.folder.path()).await,
            Ok(false)
        );
        let missing = remote.hosts.is_executable(host, Path::new("/nowhere")).await;
        assert_eq!(missing, Err(FileFault::Missing));
    }
}
