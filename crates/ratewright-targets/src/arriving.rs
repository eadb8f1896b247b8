//! What comes over the wire to a service: bundles, and the pointers that name them.

use crate::bound;
use ratewright::Compiler;
use ratewright_sources::{Bundle, Limits, SignedPointer, Trust, TrustedKeys};

/// A bundle is whole and compiles to what it says, or is refused with words; one that is read is written in no other way.
pub fn bundle(bytes: &[u8]) {
    let opened = bound::within(bytes.len(), || Bundle::open(bytes.to_vec(), &Limits::default()));
    let bundle = match opened {
        Ok(bundle) => bundle,
        Err(refused) => return assert!(!refused.to_string().is_empty(), "refused without a word"),
    };
    assert_eq!(bundle.as_bytes(), bytes, "it holds other bytes than it was read from");
    let Ok(rules) = bundle.compile(Compiler::new()) else { return };
    if bundle.verify(&rules).is_err() {
        return;
    }
    match Bundle::build(&rules) {
        Ok(again) => assert_eq!(again.manifest().parts, bundle.manifest().parts, "built again, it holds other texts"),
        Err(refused) => panic!("what it holds can be put in no bundle: {refused}"),
    }
}

/// A pointer is read or refused with words, and written as it is read; unsigned, it never counts where keys are asked. A file of keys is read or
/// refused.
pub fn pointer(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = TrustedKeys::parse(text);
    }
    match bound::within(bytes.len(), || SignedPointer::read(bytes)) {
        Ok(signed) => {
            let written = signed.to_bytes();
            let again = written
                .map_err(|error| error.to_string())
                .and_then(|bytes| SignedPointer::read(&bytes).map_err(|error| error.to_string()));
            assert_eq!(again.map(|again| again.digest()), Ok(signed.digest()), "written, it is another pointer");
            assert!(
                signed.open(&Trust::Keys(TrustedKeys::new()), "production", "parcel").is_err(),
                "trusted by nobody, and it counts"
            );
            if let Ok((pointer, signer)) = signed.open(&Trust::Unsigned, "production", "parcel") {
                assert!(signer.is_none(), "signed by somebody, although nobody was asked");
                assert_eq!(
                    (&*pointer.channel, &*pointer.rule_set),
                    ("production", "parcel"),
                    "it is for another channel"
                );
            }
        }
        Err(refused) => assert!(!refused.to_string().is_empty(), "refused without a word"),
    }
}
