package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/desk"
)

// attach has a second host attach while the first is there, and a third when it
// is gone. Either side calls the other by the broker of each of them. The last
// ends the plugin.
func attach(first *plugin.Client) bool {
	second, beside := attached(first)
	if !check("attach", beside.err) || !beside.calls("beside") {
		return false
	}
	// The first has a broker of its own as before.
	protocol, err := first.Client()
	if !check("first", err) || !dispensed(protocol).calls("first") {
		return false
	}
	if !check("leave", protocol.(*plugin.GRPCClient).Conn.Close()) || !beside.calls("alone") {
		return false
	}
	_, after := attached(first)
	if !check("attach-again", after.err) || !after.calls("again") {
		return false
	}
	second.Kill()
	return check("end", ended(first))
}

// attached is a host that knows of the plugin what the first says of it.
func attached(first *plugin.Client) (*plugin.Client, *caller) {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		Plugins:          desk.Plugins(nil),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Reattach:         first.ReattachConfig(),
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: os.Stderr}),
	})
	protocol, err := client.Client()
	if err != nil {
		return client, &caller{err: err}
	}
	return client, dispensed(protocol)
}

// caller is a host's side of the desk, or why it has none.
type caller struct {
	conversation
	err error
}

func dispensed(protocol plugin.ClientProtocol) *caller {
	found, err := protocol.Dispense(desk.Name)
	if err != nil {
		return &caller{err: err}
	}
	return &caller{conversation: conversation{Dispensed: found.(*desk.Dispensed)}}
}

// calls has either side call the other, twice.
func (c *caller) calls(name string) bool {
	if c.err != nil {
		return check(name, c.err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for range 2 {
		if !check(name+"-callback", c.callback(ctx)) || !check(name+"-call", c.call(ctx)) {
			return false
		}
	}
	return true
}

// ended is the error of a plugin that does not end.
func ended(client *plugin.Client) error {
	for started := time.Now(); time.Since(started) < patience; time.Sleep(10 * time.Millisecond) {
		if client.Exited() {
			return nil
		}
	}
	return errors.New("the plugin is still running")
}
