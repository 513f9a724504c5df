//! HMAC with SHA-256: what tokens and tickets are signed with.

use ::hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The length of a signature.
pub(crate) const LENGTH: usize = 32;

/// The signature of a message.
pub(crate) fn sign(secret: &[u8], message: &[&[u8]]) -> [u8; LENGTH] {
    begun(secret, message).finalize().into_bytes().into()
}

/// Whether it is the signature of a message; takes as long for those that are nearly right.
pub(crate) fn fits(secret: &[u8], message: &[&[u8]], signature: &[u8]) -> bool {
    begun(secret, message).verify_slice(signature).is_ok()
}

fn begun(secret: &[u8], message: &[&[u8]]) -> Hmac<Sha256> {
    // A secret of any length is hashed or padded to a block, so this does not fail; if it did, nothing signed would fit.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&Default::default()));
    message.iter().for_each(|part| mac.update(part));
    mac
}
