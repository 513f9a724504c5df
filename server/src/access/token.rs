//! Tokens of users who are logged in: JSON web tokens, signed with HMAC and SHA-256 and with nothing else.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error as TokenError, ErrorKind};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::hmac;
use crate::error::{Result, sentences};
use crate::log::event::unix_seconds;

/// How long a token is valid, in seconds: a day.
pub const LIFETIME: u64 = 24 * 60 * 60;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The user's id.
    pub sub: String,
    /// When it was made, in seconds since 1970.
    pub iat: u64,
    /// From when on it is not accepted.
    pub exp: u64,
    /// The token's own id.
    pub jti: String,
}

/// Makes tokens with one secret, and accepts those of the secret before it too.
pub struct Tokens {
    /// The current one first.
    secrets: Vec<Secret>,
}

struct Secret {
    bytes: Vec<u8>,
    /// Says in a token's head which secret signed it.
    id: String,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Tokens({} secrets)", self.secrets.len())
    }
}

impl Tokens {
    /// Tokens by a secret, and by the one before it while those of the latter are still around.
    pub fn new(current: &str, previous: Option<&str>) -> Self {
        // The library would use one for all algorithms, of which only one is wanted. A second service in the process finds it
        // installed.
        let _ = PROVIDER.install_default();
        let secrets = [Some(current), previous].into_iter().flatten().map(|secret| {
            let bytes = secret.as_bytes().to_vec();
            let id = hmac::sign(&bytes, &[b"kid"]).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            Secret { bytes, id }
        });
        Self { secrets: secrets.collect() }
    }

    /// A token of a user, valid from a time on, in seconds since 1970.
    pub fn issue(&self, user: &str, now: u64) -> Result<String> {
        let secret = self.secrets.first().ok_or_else(sentences::internal)?;
        let jti = uuid::Uuid::new_v4().to_string();
        let claims = Claims { sub: user.to_owned(), iat: now, exp: now.saturating_add(LIFETIME), jti };
        let header = Header { kid: Some(secret.id.clone()), ..Header::new(Algorithm::HS256) };
        let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&secret.bytes));
        token.map_err(|error| {
            tracing::error!(%error, "a token could not be made");
            sentences::internal()
        })
    }

    /// What a token says, if one of the secrets signed it and it has not expired.
    pub fn check(&self, token: &str) -> Result<Claims> {
        let now = unix_seconds();
        let header = jsonwebtoken::decode_header(token).map_err(|_| sentences::bad_token())?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.set_required_spec_claims(&["exp", "sub"]);
        let fitting = self.secrets.iter().filter(|secret| header.kid.as_ref().is_none_or(|id| *id == secret.id));
        for secret in fitting {
            match jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&secret.bytes), &validation) {
                // The library lets a token be used in the very second in which it ends.
                Ok(found) if found.claims.exp <= now => return Err(sentences::expired_token()),
                Ok(found) => return Ok(found.claims),
                Err(error) if *error.kind() == ErrorKind::ExpiredSignature => return Err(sentences::expired_token()),
                Err(_) => {}
            }
        }
        Err(sentences::bad_token())
    }
}

/// One algorithm. That of the library's own features would bring RSA and elliptic curves along, which nothing here uses.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| {
        only_hs256(*algorithm, key.family())?;
        Ok(Box::new(Hs256(key.as_bytes().to_vec())))
    },
    verifier_factory: |algorithm, key| {
        only_hs256(*algorithm, key.family())?;
        Ok(Box::new(Hs256(key.try_get_as_bytes()?.to_vec())))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

fn only_hs256(algorithm: Algorithm, family: AlgorithmFamily) -> Result<(), TokenError> {
    match (algorithm, family) {
        (Algorithm::HS256, AlgorithmFamily::Hmac) => Ok(()),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

struct Hs256(Vec<u8>);

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(hmac::sign(&self.0, &[message]).to_vec())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        if hmac::fits(&self.0, &[message], signature) { Ok(()) } else { Err(SignatureError::new()) }
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}
