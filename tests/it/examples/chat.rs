//! The room: what its README shows.

use crate::examples::shown;

#[tokio::test]
async fn chat_does_what_its_readme_shows() {
    shown("chat").first().unwrap().holds().await;
}
