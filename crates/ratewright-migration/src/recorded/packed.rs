//! Files that are packed with gzip: bytes → bytes. What is packed is told by its first two bytes, not by its name.
//!
//! The one place that knows how packing works. Packed files that were put one behind the other are read to the end of the last one, as
//! loggers that append write them; one that breaks off is an error, never a shorter file.

use flate2::bufread::MultiGzDecoder;
use std::io::{BufRead, BufReader, Read, Result};

/// How many bytes are read at once.
const ROOM: usize = 128 * 1024;

/// What a packed file begins with.
const MARK: [u8; 2] = [0x1f, 0x8b];

/// What stands in a file, unpacked where it is packed.
pub(super) fn unpacked(source: Box<dyn Read + Send>) -> Result<Box<dyn BufRead + Send>> {
    let mut source = BufReader::with_capacity(ROOM, source);
    let packed = source.fill_buf()?.starts_with(&MARK);
    Ok(match packed {
        true => Box::new(BufReader::with_capacity(ROOM, MultiGzDecoder::new(source))),
        false => Box::new(source),
    })
}
