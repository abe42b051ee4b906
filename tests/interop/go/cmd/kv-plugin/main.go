// Command kv-plugin serves the key-value contract with go-plugin. A host starts
// it; run by hand it says so and ends.
package main

import (
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
)

func main() {
	// Made before Serve, which puts a pipe in the place of os.Stderr: log
	// records belong on the real one, where the host parses them.
	logger := hclog.New(&hclog.LoggerOptions{
		Level:      hclog.Trace,
		Output:     os.Stderr,
		JSONFormat: true,
	})

	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: contract.Handshake,
		Plugins:         contract.Plugins(newService(logger)),
		GRPCServer:      plugin.DefaultGRPCServer,
		Logger:          logger,
	})
}
