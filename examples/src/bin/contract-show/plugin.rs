//! A plugin that serves the contract, and says of itself what it has.

use std::collections::BTreeMap;

use rpcplugin::{Cookie, PluginServer, Status, Streaming};

use crate::contract::{Shipment, Shipments, ShipmentsServer, State};

pub async fn run(cookie: Cookie) -> Result<(), Box<dyn std::error::Error>> {
    PluginServer::new(cookie).service(ShipmentsServer::new(Depot)).reflection(true).serve().await?;
    Ok(())
}

/// Has one shipment.
struct Depot;

fn shipment(number: u64) -> Result<Shipment, Status> {
    if number != 7 {
        return Err(Status::not_found(format!("no shipment {number}; there is 7")));
    }
    let articles = BTreeMap::from([("lamps".to_owned(), 3)]);
    let (destination, state) = ("Ghent".to_owned(), State::OnItsWay);
    Ok(Shipment { number, destination, state, expected: None, articles })
}

impl Shipments for Depot {
    async fn find(&self, number: u64) -> Result<Shipment, Status> {
        shipment(number)
    }

    async fn follow(&self, number: u64) -> Result<Streaming<Shipment>, Status> {
        let on_its_way = shipment(number)?;
        let delivered = Shipment { state: State::Delivered, ..on_its_way.clone() };
        Ok(Streaming::from_iter([on_its_way, delivered]))
    }

    async fn take_over(&self, mut shipments: Streaming<Shipment>) -> Result<u32, Status> {
        let mut count: u32 = 0;
        while shipments.message().await?.is_some() {
            count = count.saturating_add(1);
        }
        Ok(count)
    }

    async fn compare(&self, shipments: Streaming<Shipment>) -> Result<Streaming<Shipment>, Status> {
        Ok(shipments)
    }
}
