//! The plugin: a call comes in, what goes out to the old system is XML or records of fixed width.

mod contract;
mod fixed_width;
mod old_system;
mod xml;

use contract::{Booking, Bookings, BookingsServer, Confirmation};
use rpcplugin::{PluginServer, Status};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let format = match std::env::args().nth(1).as_deref() {
        Some("xml") => LegacyFormat::Xml,
        Some("fixed-width") => LegacyFormat::FixedWidth,
        _ => return Err("the first argument is the format of the old system: xml or fixed-width".into()),
    };
    PluginServer::new(contract::cookie()?).service(BookingsServer::new(Bridge { format })).serve().await?;
    Ok(())
}

/// What the old system speaks.
#[derive(Clone, Copy)]
enum LegacyFormat {
    Xml,
    FixedWidth,
}

/// What it answers, whichever it speaks.
enum Answer {
    Confirmed(Confirmation),
    Rejected { code: u32, reason: String },
}

struct Bridge {
    format: LegacyFormat,
}

impl Bridge {
    fn translate_request(&self, booking: &Booking) -> Result<Vec<u8>, Status> {
        match self.format {
            LegacyFormat::Xml => xml::write(booking),
            LegacyFormat::FixedWidth => fixed_width::write(booking),
        }
    }

    fn translate_response(&self, response: &[u8]) -> Result<Answer, Status> {
        match self.format {
            LegacyFormat::Xml => xml::read(response),
            LegacyFormat::FixedWidth => fixed_width::read(response),
        }
    }
}

impl Bookings for Bridge {
    async fn book(&self, booking: Booking) -> Result<Confirmation, Status> {
        let request = self.translate_request(&booking)?;
        let response = old_system::exchange(&request);
        eprintln!("[INFO] to the old system: {}", String::from_utf8_lossy(&request));
        eprintln!("[INFO] from the old system: {}", String::from_utf8_lossy(&response));
        match self.translate_response(&response)? {
            Answer::Confirmed(confirmation) => Ok(confirmation),
            Answer::Rejected { code: 17, reason } => Err(Status::not_found(reason)),
            Answer::Rejected { code, reason } => {
                Err(Status::failed_precondition(format!("the old system says {code}: {reason}")))
            }
        }
    }
}
