use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::FamilyError;

/// What the handler of a server answers, within the limit if there is one. A panic in it is an error of this message, and of
/// nothing else.
pub(super) async fn answer<F, E>(
    limit: Option<Duration>,
    handling: impl Future<Output = Result<Option<F>, E>>,
) -> Result<Option<F>, FamilyError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let handling = AssertUnwindSafe(handling).catch_unwind();
    let handled = match limit {
        None => handling.await,
        Some(limit) => match tokio::time::timeout(limit, handling).await {
            Ok(handled) => handled,
            Err(_) => return Err(FamilyError::HandlerTimeout { limit }),
        },
    };
    match handled {
        Ok(answer) => answer.map_err(|error| FamilyError::Handler { source: error.into() }),
        // What a panic says went to standard error, and may hold a payload.
        Err(_panic) => Err(FamilyError::Handler { source: PANICKED.into() }),
    }
}

const PANICKED: &str = "it panicked; standard error says where";
