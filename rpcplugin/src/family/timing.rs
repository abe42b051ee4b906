use std::future::Future;
use std::time::Duration;

use super::FamilyError;

/// Does the work, within the limit if there is one.
pub(super) async fn within<T>(
    what: &'static str,
    limit: Option<Duration>,
    work: impl Future<Output = Result<T, FamilyError>>,
) -> Result<T, FamilyError> {
    let Some(limit) = limit else {
        return work.await;
    };
    // A work that is ready at once is not held against the clock.
    tokio::time::timeout(limit, work).await.unwrap_or(Err(FamilyError::Timeout { what, limit }))
}
