// Command kv-plugin serves the key-value contract with go-plugin. A host starts
// it; run by hand it says so and ends.
package main

import (
	"flag"
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/kvtest"
)

func main() {
	// Made before Serve, which puts a pipe in the place of os.Stderr: log
	// records belong on the real one, where the host parses them.
	logger := hclog.New(&hclog.LoggerOptions{
		Level:      hclog.Trace,
		Output:     os.Stderr,
		JSONFormat: true,
	})

	config := &plugin.ServeConfig{
		HandshakeConfig: contract.Handshake,
		Plugins:         contract.Plugins(newService(logger, 1)),
		GRPCServer:      plugin.DefaultGRPCServer,
		Logger:          logger,
	}
	flag.Func("versions", "the versions of the plugin, with commas between them (default 1)", func(list string) error {
		versions, err := contract.ParseVersions(list)
		config.Plugins = nil
		config.VersionedPlugins = contract.Versions(versions, func(version int) kvtest.KVServer {
			return newService(logger, version)
		})
		return err
	})
	flag.Parse()
	plugin.Serve(config)
}
