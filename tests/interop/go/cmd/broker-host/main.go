// Command broker-host starts a desk with go-plugin, calls it through the broker
// and lets itself be called. It prints a line a step, and its exit status is 0
// only if every one of them held.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/desk"
)

// patience is how long one step may take. go-plugin gives up a dial after five
// seconds.
const patience = 40 * time.Second

func main() {
	autoMTLS := flag.Bool("auto-mtls", false, "let go-plugin make certificates and use mutual TLS")
	multiplex := flag.Bool("multiplex", false, "carry everything over one socket")
	reattach := flag.Bool("reattach", false, "have further hosts attach and do the same, beside this one and after it")
	lateTries := flag.Int("late-tries", 1, "how often the plugin may dial too early and be told so")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: broker-host [flags] PLUGIN [ARGUMENTS...]")
		os.Exit(2)
	}

	command := exec.Command(flag.Arg(0), flag.Args()[1:]...)
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:     contract.Handshake,
		Plugins:             desk.Plugins(nil),
		Cmd:                 command,
		AllowedProtocols:    []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:            *autoMTLS,
		GRPCBrokerMultiplex: *multiplex,
		StartTimeout:        patience,
		Logger:              hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: os.Stderr}),
	})
	held := run(client, *lateTries)
	if held && *reattach {
		held = attach(client)
	}
	client.Kill()
	if held && !command.ProcessState.Success() {
		held = check("kill", fmt.Errorf("the plugin ended with %v", command.ProcessState))
	} else if held {
		held = check("kill", nil)
	}
	if !held {
		os.Exit(1)
	}
}

// check records the outcome of one step and returns whether it held.
func check(step string, err error) bool {
	if err != nil {
		fmt.Fprintf(os.Stderr, "FAILED %s: %v\n", step, err)
		return false
	}
	fmt.Println("ok", step)
	return true
}

func run(client *plugin.Client, lateTries int) bool {
	protocol, err := client.Client()
	if !check("start", err) {
		return false
	}
	dispensed, err := protocol.Dispense(desk.Name)
	if !check("dispense", err) {
		return false
	}
	conversation := &conversation{dispensed.(*desk.Dispensed), lateTries}
	for _, step := range conversation.steps() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		held := check(step.name, step.run(ctx))
		cancel()
		if !held {
			return false
		}
	}
	return true
}

// equal is an error unless a sum is what it must be.
func equal(actual, expected uint64, err error) error {
	switch {
	case err != nil:
		return err
	case actual != expected:
		return fmt.Errorf("got %d, expected %d", actual, expected)
	}
	return nil
}

// errAnswered is what a call through a number that nobody serves must not do.
var errAnswered = errors.New("it was answered")
