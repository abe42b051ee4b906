// Package contract holds what the plugin and the host have agreed on before
// they meet: the handshake, and the name and the shape of the plugin.
package contract

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"rpcplugin-interop/kvtest"
)

// Name is what the host dispenses.
const Name = "kv"

// Handshake is what every peer of the interop tests uses, in whatever language.
var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "KV_INTEROP_COOKIE",
	MagicCookieValue: "c0ffee5eed",
}

// Plugins is the set for one side. The host has no server to offer and passes
// nil.
func Plugins(server kvtest.KVServer) plugin.PluginSet {
	return plugin.PluginSet{Name: &keyValuePlugin{server: server}}
}

// Versions is a set for each of these versions. The host has no servers to offer
// and passes nil.
func Versions(versions []int, server func(version int) kvtest.KVServer) map[int]plugin.PluginSet {
	sets := make(map[int]plugin.PluginSet)
	for _, version := range versions {
		sets[version] = Plugins(nil)
		if server != nil {
			sets[version] = Plugins(server(version))
		}
	}
	return sets
}

// ParseVersions reads versions with commas between them.
func ParseVersions(list string) ([]int, error) {
	var versions []int
	for text := range strings.SplitSeq(list, ",") {
		version, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%q is no version: %w", text, err)
		}
		versions = append(versions, version)
	}
	return versions, nil
}

// keyValuePlugin ties the generated code to go-plugin.
type keyValuePlugin struct {
	// Only gRPC is spoken here; this answers for the net/rpc half of the
	// interface.
	plugin.NetRPCUnsupportedPlugin

	server kvtest.KVServer
}

// GRPCServer runs in the plugin.
func (p *keyValuePlugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	kvtest.RegisterKVServer(server, p.server)
	return nil
}

// GRPCClient runs in the host.
func (p *keyValuePlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, connection *grpc.ClientConn) (any, error) {
	return kvtest.NewKVClient(connection), nil
}
