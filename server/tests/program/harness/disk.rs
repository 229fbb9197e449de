//! A disk of its own for a story, whose power can be cut: an image with a file system, mounted from a loop device.

use super::PATIENCE;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Unmounted and gone on drop.
pub(crate) struct Disk {
    folder: TempDir,
    lives: usize,
}

impl Disk {
    /// Needs root and a free loop device.
    pub(crate) fn new() -> Self {
        let disk = Self {
            folder: tempfile::tempdir().unwrap(),
            lives: 0,
        };
        fs::File::create(disk.image(0)).unwrap().set_len(BYTES).unwrap();
        run(Command::new("mkfs.ext4").arg("-q").arg(disk.image(0)));
        disk.mount();
        disk
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("mounted")
    }

    /// Cuts its power: what the device holds at this instant is all that there will be. What the system had not
    /// written to it yet is lost. Whoever still has files open there closes them before the disk goes on.
    pub(crate) fn cut(&self) -> Cut {
        let image = self.image(self.lives + 1);
        // What was never written takes no time to be copied.
        run(Command::new("cp")
            .arg("--sparse=always")
            .arg(self.image(self.lives))
            .arg(image));
        Cut
    }

    pub(crate) fn goes_on(&mut self, _: Cut) {
        self.unmount();
        fs::remove_file(self.image(self.lives)).unwrap();
        self.lives += 1;
        self.mount();
    }

    /// Leaves no room on it, until what is returned is dropped.
    pub(crate) fn fill(&self) -> Filler {
        let filler = Filler(self.path().join("filler"));
        let mut file = fs::File::create(&filler.0).unwrap();
        for bytes in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; bytes]).is_ok() {}
        }
        filler
    }

    /// What a kernel does with a disk that fails: from now on nothing on it can be written, until it is mounted anew.
    pub(crate) fn turn_read_only(&self) {
        run(Command::new("mount")
            .args(["-o", "remount,abort"])
            .arg(self.path()));
    }

    fn image(&self, life: usize) -> PathBuf {
        self.folder.path().join(format!("image{life}"))
    }

    fn mount(&self) {
        fs::create_dir_all(self.path()).unwrap();
        run(Command::new("mount")
            .args(["-o", "loop"])
            .arg(self.image(self.lives))
            .arg(self.path()));
    }

    /// The last thread of a process that was killed may hold a file for a moment longer.
    #[expect(clippy::disallowed_methods, reason = "a story waits as its reader would")]
    fn unmount(&self) {
        let until = Instant::now() + PATIENCE;
        let unmounted = || Command::new("umount").arg(self.path()).output().unwrap().status;
        while !unmounted().success() {
            assert!(
                Instant::now() < until,
                "somebody still has files open on the disk"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

/// All the room that was left on a disk; given back on drop.
pub(crate) struct Filler(PathBuf);

impl Drop for Filler {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// What was on the disk when its power was cut.
#[must_use = "the disk is to go on"]
pub(crate) struct Cut;

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(
        done.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// So much that a database of a story fits with its write-ahead log, and so little that a copy takes no time.
const BYTES: u64 = 112 << 20;

/// The file below a folder that a database's address names.
pub(crate) fn sqlite_at(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("desk.db").display())
}
