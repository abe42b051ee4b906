//! Our half: a host that goes through the steps it is told, as `interop/go/cmd/versus-host` does with go-plugin.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use rpcplugin::{Checksum, PluginClient, PluginClientBuilder, Security};
use rpcplugin_tests::kv::{Key, Kv, KvClient, Pair};
use rpcplugin_tests::pause::pause;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// What a step found out, or why it failed.
pub(crate) type Step = Result<Value, Box<dyn std::error::Error>>;

/// One plugin at a time, with our defaults.
pub(crate) struct Host {
    pub(crate) count: u32,
    pub(crate) patience: Duration,
    pub(crate) options: Options,
    plugin: Option<PluginClient>,
    steps: Vec<String>,
}

/// How the plugin is started.
#[derive(Clone)]
pub(crate) struct Options {
    checksum: Option<Checksum>,
    security: Security,
    command: Vec<String>,
}

#[tokio::main]
pub(crate) async fn run(arguments: &[String]) -> ExitCode {
    let mut host = Host::parse(arguments).expect("the driver knows the arguments");
    for step in std::mem::take(&mut host.steps) {
        let clock = Instant::now();
        let taken = tokio::time::timeout(host.patience * host.count, host.take(&step)).await;
        let (outcome, detail, facts) = match taken {
            Ok(Ok(facts)) => ("done", String::new(), facts),
            Ok(Err(error)) => ("failed", error.to_string(), Value::Null),
            Err(_) => ("hung", String::new(), Value::Null),
        };
        let seconds = clock.elapsed().as_secs_f64();
        println!(
            "{}",
            json!({"step": step, "outcome": outcome, "seconds": seconds, "detail": detail, "facts": facts})
        );
    }
    println!("{}", json!({"step": "done", "outcome": "done"}));
    // Whoever reads the lines looks at what is there, and ends this.
    let ended = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    drop(ended.await);
    ExitCode::SUCCESS
}

impl Options {
    pub(crate) fn builder(&self) -> PluginClientBuilder {
        let (program, arguments) = self.command.split_first().expect("a plugin");
        let builder = PluginClient::builder(program, rpcplugin_tests::cookie()).args(arguments);
        let builder = builder.security(self.security);
        match &self.checksum {
            Some(checksum) => builder.checksum(checksum.clone()),
            None => builder,
        }
    }
}

impl Host {
    fn parse(arguments: &[String]) -> Option<Self> {
        let mut host = Self {
            count: 1,
            patience: Duration::ZERO,
            options: Options { checksum: None, security: Security::AutoMtls, command: Vec::new() },
            plugin: None,
            steps: Vec::new(),
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "-do" => host.steps = rest.next()?.split(',').map(str::to_owned).collect(),
                "-count" => host.count = rest.next()?.parse().ok()?,
                "-patience" => {
                    host.patience = Duration::from_secs(rest.next()?.strip_suffix('s')?.parse().ok()?);
                }
                "-checksum" => host.options.checksum = Some(format!("sha256:{}", rest.next()?).parse().ok()?),
                "-plaintext" => host.options.security = Security::Plaintext,
                program => {
                    host.options.command.push(program.to_owned());
                    host.options.command.extend(rest.by_ref().cloned());
                }
            }
        }
        Some(host)
    }

    async fn take(&mut self, step: &str) -> Step {
        match step {
            "start" => self.start().await,
            "call" => self.call().await,
            "flood" => self.flood().await,
            "pause" => self.pause().await,
            "stop" => self.stop().await,
            "kills" => self.kills().await,
            "starts" => self.starts().await,
            "fails" => self.fails().await,
            other => Err(format!("no step {other}").into()),
        }
    }

    async fn start(&mut self) -> Step {
        let plugin = self.options.builder().start().await?;
        let address = plugin.address().to_string();
        let facts =
            json!({"process": plugin.id(), "address": address.strip_prefix("unix ").unwrap_or(&address)});
        self.plugin = Some(plugin);
        Ok(facts)
    }

    /// A call without a deadline, as of a host that does not think of one.
    async fn call(&self) -> Step {
        self.store()?.put(Pair { key: "alpha".to_owned(), value: b"1".to_vec() }).await?;
        Ok(Value::Null)
    }

    async fn flood(&self) -> Step {
        self.store()?.get(Key { key: "!flood".to_owned() }).await?;
        Ok(Value::Null)
    }

    async fn pause(&self) -> Step {
        let id = self.plugin.as_ref().and_then(PluginClient::id).ok_or("no process")?;
        pause(id).await?;
        Ok(Value::Null)
    }

    async fn stop(&mut self) -> Step {
        let plugin = self.plugin.take().ok_or("there is no plugin")?;
        Ok(json!({"killed": plugin.stop().await.killed}))
    }

    fn store(&self) -> Result<KvClient, &'static str> {
        self.plugin.as_ref().map(|plugin| KvClient::new(plugin.channel())).ok_or("there is no plugin")
    }
}

pub(crate) fn signal(id: u32, signal: Signal) -> Result<(), Box<dyn std::error::Error>> {
    let process = Pid::from_raw(i32::try_from(id)?).ok_or("no process")?;
    Ok(kill_process(process, signal)?)
}
