//! Packed bytes within protobuf, over either wire: what the README shows.

use crate::examples::shown;

#[tokio::test]
async fn market_data_does_what_its_readme_shows() {
    for shown in shown("market-data") {
        shown.holds().await;
    }
}
