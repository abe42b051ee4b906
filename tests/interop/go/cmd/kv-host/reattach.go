package main

import (
	"context"

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
	second := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		Plugins:          contract.Plugins(nil),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Reattach:         session.client.ReattachConfig(),
		Logger:           hclog.New(&hclog.LoggerOptions{Output: &session.log.text, JSONFormat: true}),
	})
	report.check("attach", within(stepPatience, func() error {
		protocol, err := second.Client()
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
		// It is the same process.
		return get("alpha", "1")(deadline, dispensed.(kvtest.KVClient))
	}))
	report.check("end", within(stepPatience, func() error {
		second.Kill()
		return nil
	}))
	session.gone(report, session.ended)
}
