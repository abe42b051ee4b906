//! The host: starts the plugin, calls it, ends it, and says what it does and how long that takes.

use std::time::Instant;

use rpcplugin::{Cookie, PluginClient, Streaming};
use tracing::Level;

use crate::contract::{Reading, Station, Thermometer, ThermometerClient};

pub async fn run(cookie: Cookie) -> Result<(), Box<dyn std::error::Error>> {
    // What the plugin logs arrives here like any other event of this program.
    tracing_subscriber::fmt()
        .with_max_level(Level::INFO)
        .with_target(false)
        .without_time()
        .with_writer(std::io::stdout)
        .init();

    println!("starting the plugin: this program itself, as a process of its own");
    let clock = Instant::now();
    let plugin = PluginClient::builder(std::env::current_exe()?, cookie).start().await?;
    let id = plugin.id().map_or_else(|| "-".to_owned(), |id| id.to_string());
    done(
        clock,
        &format!("process {id} shook hands and answers, protocol version {}", plugin.protocol_version()),
    );
    println!("connected to {}", plugin.address());
    let security =
        if plugin.is_mutual_tls() { "mutual TLS: each side accepts one certificate" } else { "plaintext" };
    println!("the connection is {security}");

    let thermometer = ThermometerClient::new(plugin.channel());
    for method in ThermometerClient::SPEC.methods {
        println!("\n{}  {}", method.kind, method.path);
        let clock = Instant::now();
        let answer = call(&thermometer, method.name).await?;
        done(clock, &answer);
    }

    println!("\na call that fails");
    let clock = Instant::now();
    let failure = thermometer.read(Station { name: "moon".to_owned() }).await;
    let status = failure.err().ok_or("there is no thermometer on the moon")?;
    done(clock, &status.to_string());

    println!("\nending the plugin");
    let clock = Instant::now();
    let stopped = plugin.stop().await;
    let status = stopped.status().map_or_else(|| "unknown".to_owned(), |status| status.to_string());
    done(clock, &format!("it ended by itself: {}, {status}", !stopped.killed));
    Ok(())
}

/// Makes one call of the kind that the method has.
async fn call(thermometer: &ThermometerClient, method: &str) -> Result<String, Box<dyn std::error::Error>> {
    let station = Station { name: "greenhouse".to_owned() };
    let readings = || {
        let celsius = [20.0, 21.0, 25.0];
        Streaming::from_iter(celsius.map(|celsius| Reading { station: "greenhouse".to_owned(), celsius }))
    };
    Ok(match method {
        "Read" => format!("{} degrees", thermometer.read(station).await?.celsius),
        "Watch" => degrees(thermometer.watch(station).await?).await?,
        "Summarize" => {
            let summary = thermometer.summarize(readings()).await?;
            format!("{} readings, {} degrees in the mean", summary.count, summary.mean_celsius)
        }
        "Calibrate" => degrees(thermometer.calibrate(readings()).await?).await?,
        other => {
            return Err(format!("the contract has a method `{other}` that this host does not call").into());
        }
    })
}

async fn degrees(mut readings: Streaming<Reading>) -> Result<String, rpcplugin::Status> {
    let mut text = String::new();
    while let Some(reading) = readings.message().await? {
        text.push_str(&format!("{} ", reading.celsius));
    }
    Ok(text + "degrees")
}

fn done(clock: Instant, what: &str) {
    println!("  {:>7.2} ms  {what}", clock.elapsed().as_secs_f64() * 1000.0);
}
