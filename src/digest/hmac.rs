//! The digest of bytes that only who has a key can make: HMAC-SHA-256 of RFC 2104.

use super::Digest;

/// The bytes that SHA-256 takes at once.
const BLOCK: usize = 64;

impl Digest {
    /// HMAC-SHA-256 of parts one after the other, as of their bytes in one piece, with a key of any length.
    ///
    /// Who does not have the key can neither make it for a value nor find the value of one, unless the key can be guessed: take 32 random
    /// bytes.
    ///
    /// ```
    /// use ratewright::digest::Digest;
    ///
    /// let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"; // RFC 4231, 4.3
    /// assert_eq!(Digest::keyed(b"Jefe", &[b"what do ya want ", b"for nothing?"]).to_string(), expected);
    /// ```
    pub fn keyed(key: &[u8], parts: &[&[u8]]) -> Digest {
        let short = Digest::of_bytes(key);
        let key = if key.len() > BLOCK { short.as_bytes().as_slice() } else { key };
        let pad = |with: u8| -> [u8; BLOCK] {
            let mut pad = [with; BLOCK];
            pad.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            pad
        };
        let (inner, outer) = (pad(0x36), pad(0x5c));
        let all: Vec<&[u8]> = [inner.as_slice()].into_iter().chain(parts.iter().copied()).collect();
        Digest::of_parts(&[&outer, Digest::of_parts(&all).as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Digest;

    /// The test cases of RFC 4231, 4.2 to 4.8: key, data, and the first digits of HMAC-SHA-256 (case 5 is cut off to 128 bits there).
    #[test]
    fn the_test_cases_of_rfc_4231() {
        let ascending: Vec<u8> = (1..=0x19).collect();
        let cases: [(&[u8], &[u8], &str); 7] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (&ascending, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be \
                  hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, data, expected) in cases {
            let (one, other) = data.split_at(data.len() / 3);
            assert!(Digest::keyed(key, &[data]).to_string().starts_with(expected), "{expected}");
            assert_eq!(Digest::keyed(key, &[one, other]), Digest::keyed(key, &[data]));
        }
    }
}
