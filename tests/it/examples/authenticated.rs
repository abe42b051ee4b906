//! Calls with a token.

use crate::examples::shown;

#[tokio::test]
async fn authenticated_does_what_its_readme_shows() {
    shown("authenticated").first().unwrap().holds().await;
}
