//! Whom a flag is evaluated for, where an interface names a user instead of a context.

use burgee::{Attribute, Attributes, Value};

use super::bucket::Buckets;

/// A user as the documents' interfaces know one. Rules read `targetingKey`, `email` and the attributes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Person<'a> {
    /// What users are spread by, and what user rules compare.
    pub targeting_key: Option<&'a str>,
    /// The id as it was given; without one, `poly31` has a bucket of its own.
    pub user: Option<&'a str>,
    /// The e-mail address.
    pub email: Option<&'a str>,
    /// Everything else, an object.
    pub attributes: Option<&'a Value>,
}

impl<'a> Person<'a> {
    /// A user of whom only the id is known.
    pub fn with_id(user: Option<&'a str>) -> Self {
        Self { targeting_key: user, user, ..Self::default() }
    }
}

impl Attributes for Person<'_> {
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
        let own = match path {
            ["targetingKey"] => self.targeting_key.map(Attribute::Str),
            ["email"] => self.email.map(Attribute::Str),
            _ => Buckets { user: self.user }.bucket(path),
        };
        own.or_else(|| self.attributes?.value(path))
    }
}
