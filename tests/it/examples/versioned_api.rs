//! Two versions of an API, opposite an old host and a new one.

use crate::examples::shown;

#[tokio::test]
async fn versioned_api_does_what_its_readme_shows() {
    shown("versioned-api").first().unwrap().holds().await;
}
