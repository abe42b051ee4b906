// Command netrpc-plugin serves by go-plugin's older protocol, Go's net/rpc: a
// host of another language can only refuse it.
package main

import (
	"net/rpc"

	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
)

// echo is what is served.
type echo struct{}

// Say gives back what it is given.
func (echo) Say(text string, answer *string) error {
	*answer = text
	return nil
}

// echoPlugin ties it to go-plugin.
type echoPlugin struct{}

// Server runs in the plugin.
func (echoPlugin) Server(*plugin.MuxBroker) (any, error) { return echo{}, nil }

// Client runs in the host.
func (echoPlugin) Client(_ *plugin.MuxBroker, client *rpc.Client) (any, error) { return client, nil }

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: contract.Handshake,
		Plugins:         plugin.PluginSet{contract.Name: echoPlugin{}},
	})
}
