//! Files in a container, by what `docker exec` prints there: `cat` and `ls` are all that is wanted of it.

use super::{FileFault, Hosts, MOST_FILES, MOST_OUTPUT};
use crate::site::Place;
use model::evidence::tame;
use std::path::Path;

impl Hosts {
    /// Reads a file of at most `most` octets, of a container at most [`MOST_OUTPUT`].
    pub async fn read_in(&self, place: &Place, path: &Path, most: u64) -> Result<Vec<u8>, FileFault> {
        if place.container.is_none() {
            return self.read(&place.host, path, most).await;
        }
        let text = self.said(place, "cat", path, most.min(MOST_OUTPUT)).await?;
        Ok(text.into_bytes())
    }

    /// The names of what is directly in a folder, hidden ones left out. More than [`MOST_FILES`] are too large.
    pub async fn names_in(&self, place: &Place, folder: &Path) -> Result<Vec<String>, FileFault> {
        let names = match &place.container {
            None => self.names(&place.host, folder).await?,
            Some(_) => super::names(&self.said(place, "ls", folder, MOST_OUTPUT).await?),
        };
        if names.len() > MOST_FILES {
            return Err(FileFault::TooLarge);
        }
        Ok(names)
    }

    async fn said(&self, place: &Place, program: &str, path: &Path, most: u64) -> Result<String, FileFault> {
        let path = path.to_str();
        let path = path.ok_or_else(|| FileFault::Unreadable("its path is not UTF-8".to_owned()))?;
        let argv = place.argv(&[program, path]);
        let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
        let said = self.run(&place.host, &argv).await?;
        if said.output.len() as u64 >= most {
            return Err(FileFault::TooLarge);
        }
        match said.exit_code {
            Some(0) => Ok(said.output),
            // Of the program in the container; docker itself writes it in small letters.
            _ if said.complaint.contains("No such file or directory") => Err(FileFault::Missing),
            _ if said.complaint.contains("Not a directory") => Err(FileFault::Missing),
            // Only what it complained of: its output may be half a key.
            _ => Err(FileFault::Unreadable(tame(
                super::last_line(&said.complaint),
                200,
            ))),
        }
    }
}
