use std::fmt;

use super::CookieError;

/// The variable by which a plugin sees that it was started by its host and not by a person.
///
/// Host and plugin are given the same one. It is no secret and protects nothing: it only lets a plugin that is run by
/// hand say so instead of waiting for calls.
///
/// # Examples
///
/// ```
/// use rpcplugin::Cookie;
///
/// let cookie = Cookie::new("KV_PLUGIN", "7c1f0e")?;
/// # Ok::<(), rpcplugin::CookieError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Cookie {
    key: String,
    value: String,
}

impl Cookie {
    /// A cookie: the name of an environment variable and its value.
    ///
    /// # Errors
    ///
    /// [`CookieError`] when the key is empty or no name for a variable, or the value is empty.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Result<Self, CookieError> {
        let (key, value) = (key.into(), value.into());
        if key.is_empty() || key.contains(['=', '\0']) {
            return Err(CookieError::BadKey { key });
        }
        if value.is_empty() || value.contains('\0') {
            return Err(CookieError::BadValue { key });
        }
        Ok(Self { key, value })
    }

    /// The name of the environment variable.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    #[cfg(feature = "client")]
    pub(crate) fn value(&self) -> &str {
        &self.value
    }

    /// Whether the environment holds this cookie.
    #[cfg(feature = "server")]
    pub(crate) fn check(&self, lookup: impl Fn(&str) -> Option<String>) -> Result<(), CookieError> {
        match lookup(&self.key) {
            Some(found) if same(found.as_bytes(), self.value.as_bytes()) => Ok(()),
            Some(_) => Err(CookieError::Different { key: self.key.clone() }),
            None => Err(CookieError::Missing { key: self.key.clone() }),
        }
    }
}

impl fmt::Debug for Cookie {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No secret, but nothing that belongs in a log either.
        formatter.debug_struct("Cookie").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Compares in a time that tells only the length: people do put secrets here.
#[cfg(feature = "server")]
fn same(found: &[u8], expected: &[u8]) -> bool {
    found.len() == expected.len()
        && found.iter().zip(expected).fold(0, |difference, (left, right)| difference | (left ^ right)) == 0
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_value_is_accepted() {
        let cookie = Cookie::new("KEY", "value").unwrap();
        let lookup = |value: Option<&str>| {
            let value = value.map(str::to_owned);
            move |key: &str| if key == "KEY" { value.clone() } else { None }
        };
        assert!(cookie.check(lookup(Some("value"))).is_ok());
        assert!(matches!(cookie.check(lookup(Some("valuf"))), Err(CookieError::Different { .. })));
        assert!(matches!(cookie.check(lookup(Some("value "))), Err(CookieError::Different { .. })));
        assert!(matches!(cookie.check(lookup(Some(""))), Err(CookieError::Different { .. })));
        assert!(matches!(cookie.check(lookup(None)), Err(CookieError::Missing { .. })));
    }

    #[test]
    fn a_cookie_that_cannot_work_is_refused() {
        assert!(matches!(Cookie::new("", "value"), Err(CookieError::BadKey { .. })));
        assert!(matches!(Cookie::new("A=B", "value"), Err(CookieError::BadKey { .. })));
        assert!(matches!(Cookie::new("KEY", ""), Err(CookieError::BadValue { .. })));
    }
}
