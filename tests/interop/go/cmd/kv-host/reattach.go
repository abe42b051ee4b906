package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/kvtest"
)

// reattached has a second host attach to the plugin that the first has started,
// and end it.
func reattached(session *session, store kvtest.KVClient, report *report) {
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	if !report.check("put", put("alpha", "1", true)(deadline, store)) {
		session.end(report)
		return
	}
	second := session.second()
	_, err := second.attach(deadline)
	report.check("attach", err)
	report.check("end", second.end())
	session.gone(report, session.ended)
}

// left has a second host attach while the first is there, which goes away then
// without an end of the plugin: what the plugin prints is for the second.
//
// As long as both are there nobody can say which of them is told what: a plugin
// of go-plugin gives each piece to either, as it comes.
func left(session *session, store kvtest.KVClient, report *report) {
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	if !report.check("put", put("alpha", "1", true)(deadline, store)) {
		session.end(report)
		return
	}
	second := session.second()
	defer session.client.Kill()
	attached, err := second.attach(deadline)
	if !report.check("attach", err) || !report.check("leave", session.leave()) {
		return
	}
	report.check("stdout", printed(attached, &kvtest.EmitRequest{StandardOutput: emittedOutput}, func() bool {
		return strings.Contains(second.standardOutput.String(), emittedOutput)
	}))
	report.check("stderr", printed(attached, &kvtest.EmitRequest{StandardError: emittedError}, func() bool {
		return strings.Contains(second.standardError.String(), emittedError)
	}))
	report.check("end", second.end())
	report.check("exited", await("the end of the plugin", session.client.Exited))
	report.check("kill", session.ended())
}

// leave closes the connection to the plugin, and nothing else.
func (s *session) leave() error {
	protocol, err := s.client.Client()
	if err != nil {
		return err
	}
	return protocol.(*plugin.GRPCClient).Conn.Close()
}

// printed has the plugin print until it arrives: what was given to the stream of
// a connection that is closed is lost, and the plugin hears of that when it does.
func printed(store kvtest.KVClient, request *kvtest.EmitRequest, arrived func() bool) error {
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	for !arrived() {
		if _, err := store.Emit(deadline, request); err != nil {
			return fmt.Errorf("it did not arrive: %w", err)
		}
		time.Sleep(outputPause)
	}
	return nil
}

// attacher is a host that attaches to the plugin of another.
type attacher struct {
	client *plugin.Client

	standardOutput capture
	standardError  capture
}

// second is a host that knows of the plugin what the first says of it.
func (s *session) second() *attacher {
	created := &attacher{}
	created.client = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		Plugins:          contract.Plugins(nil),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Reattach:         s.client.ReattachConfig(),
		SyncStdout:       &created.standardOutput,
		SyncStderr:       &created.standardError,
		Logger:           hclog.New(&hclog.LoggerOptions{Output: &s.log.text, JSONFormat: true}),
	})
	return created
}

// attach returns the store of the plugin, which is that of the first host.
func (a *attacher) attach(deadline context.Context) (store kvtest.KVClient, err error) {
	err = within(stepPatience, func() error {
		protocol, err := a.client.Client()
		if err != nil {
			return err
		}
		dispensed, err := protocol.Dispense(contract.Name)
		if err != nil {
			return err
		}
		if err := protocol.Ping(); err != nil {
			return err
		}
		store = dispensed.(kvtest.KVClient)
		// It is the same process.
		return get("alpha", "1")(deadline, store)
	})
	return store, err
}

// end ends the plugin.
func (a *attacher) end() error {
	return within(stepPatience, func() error {
		a.client.Kill()
		return nil
	})
}
