//! The host: books seats, and need not know what the old system speaks.

mod contract;

use contract::{Booking, Bookings, BookingsClient};
use rpcplugin::PluginClient;
use tracing::Level;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What the plugin says to the old system, it logs.
    tracing_subscriber::fmt()
        .with_max_level(Level::INFO)
        .with_target(false)
        .without_time()
        .with_writer(std::io::stdout)
        .init();

    let program = std::env::current_exe()?.with_file_name("legacy-bridge-plugin");
    for format in ["xml", "fixed-width"] {
        println!("a system that speaks {format}");
        let plugin = PluginClient::builder(&program, contract::cookie()?).arg(format).start().await?;
        let bookings = BookingsClient::new(plugin.channel());
        book(&bookings, "KL1009", "O'Brien & Sons").await;
        book(&bookings, "ZZ1", "Ada").await;
        book(&bookings, "KL1009", "Zo\u{eb}").await;
        plugin.stop().await;
    }
    Ok(())
}

async fn book(bookings: &BookingsClient, flight: &str, passenger: &str) {
    let booking = Booking { flight: flight.to_owned(), passenger: passenger.to_owned(), seats: 2 };
    match bookings.book(booking).await {
        Ok(booked) => {
            println!("  {passenger}: booked as {}, {} cents", booked.reference, booked.price_cents);
        }
        Err(status) => println!("  {passenger}: {status}"),
    }
}
