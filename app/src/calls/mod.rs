//! The server functions, one file per noun. Each is two lines: the door, then the verb.

pub mod checks;
