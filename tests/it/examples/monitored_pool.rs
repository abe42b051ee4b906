//! A pool of plugins, of which one crashes.

use crate::examples::shown;

#[tokio::test]
async fn monitored_pool_does_what_its_readme_shows() {
    shown("monitored-pool").first().unwrap().holds().await;
}
