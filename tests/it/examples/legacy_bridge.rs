//! A bridge to an old system, which speaks XML or records of fixed width.

use crate::examples::shown;

#[tokio::test]
async fn legacy_bridge_does_what_its_readme_shows() {
    shown("legacy-bridge").first().unwrap().holds().await;
}

#[tokio::test]
async fn the_old_system_is_sent_these_bytes() {
    let printed = shown("legacy-bridge").first().unwrap().printed().await;
    // What a README shows is compared word for word. Here each column counts, and each mark that XML wants.
    for message in [
        "to the old system: BOOKKL1009O'Brien & Sons      002 ",
        "to the old system: BOOKZZ1   Ada                 002 ",
        "to the old system: <booking flight=\"KL1009\"><passenger>O'Brien &amp; Sons</passenger><seats>2</seats></booking> ",
    ] {
        assert!(printed.contains(message), "{message}\n{printed}");
    }
}
