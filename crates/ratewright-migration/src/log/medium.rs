//! What a log is written to: a file, or in tests one whose disk fails.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes that grow at their end, and lose from it what was not finished.
pub(crate) trait Medium: Send {
    /// All of them.
    fn read(&mut self) -> io::Result<Vec<u8>>;

    /// Writes after the last one.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Takes away all after so many.
    fn cut(&mut self, length: u64) -> io::Result<()>;

    /// Returns once the disk has what was written.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.seek(SeekFrom::Start(0))?;
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::End(0))?;
        self.write_all(bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
