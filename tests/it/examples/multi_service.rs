//! Two services of one plugin.

use crate::examples::shown;

#[tokio::test]
async fn multi_service_does_what_its_readme_shows() {
    shown("multi-service").first().unwrap().holds().await;
}
