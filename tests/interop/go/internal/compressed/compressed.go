// Package compressed holds what gRPC's cases of compression need in Go: the test
// service as a plugin, and a look at the flag before each message that comes.
package compressed

import (
	"context"
	"sync"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	// Both sides read gzip, as well as zstd, and send what they are told to.
	_ "google.golang.org/grpc/encoding/gzip"
	test "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/stats"
)

// Name is what the host dispenses.
const Name = "test"

// Plugins is the set for one side. The host has no server to offer and passes
// nil.
func Plugins(server test.TestServiceServer) plugin.PluginSet {
	return plugin.PluginSet{Name: &testPlugin{server: server}}
}

// testPlugin ties the test service to go-plugin.
type testPlugin struct {
	plugin.NetRPCUnsupportedPlugin

	server test.TestServiceServer
}

// GRPCServer runs in the plugin.
func (p *testPlugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	test.RegisterTestServiceServer(server, p.server)
	return nil
}

// GRPCClient runs in the host.
func (p *testPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, connection *grpc.ClientConn) (any, error) {
	return test.NewTestServiceClient(connection), nil
}

// Received says of the messages of a call that came whether they were compressed.
type Received struct {
	lock  sync.Mutex
	flags []bool
}

// Last says it of the one that came last.
func (r *Received) Last() bool {
	r.lock.Lock()
	defer r.lock.Unlock()
	return len(r.flags) > 0 && r.flags[len(r.flags)-1]
}

// All says it of all of them, in their order.
func (r *Received) All() []bool {
	r.lock.Lock()
	defer r.lock.Unlock()
	return append([]bool(nil), r.flags...)
}

type key struct{}

// Watch has the messages of a call looked at. On the side of the server every
// call is.
func Watch(parent context.Context) (context.Context, *Received) {
	received := &Received{}
	return context.WithValue(parent, key{}, received), received
}

// Of is what came in a call.
func Of(call context.Context) *Received {
	received, _ := call.Value(key{}).(*Received)
	return received
}

// Handler looks at the messages. Zeros get shorter, so a message of them was
// compressed if and only if its two lengths differ.
type Handler struct{}

// TagRPC begins a call.
func (Handler) TagRPC(call context.Context, _ *stats.RPCTagInfo) context.Context {
	if Of(call) != nil {
		return call
	}
	call, _ = Watch(call)
	return call
}

// HandleRPC looks at what happens in a call.
func (Handler) HandleRPC(call context.Context, event stats.RPCStats) {
	if payload, ok := event.(*stats.InPayload); ok {
		received := Of(call)
		received.lock.Lock()
		defer received.lock.Unlock()
		received.flags = append(received.flags, payload.CompressedLength != payload.Length)
	}
}

// TagConn has nothing to do.
func (Handler) TagConn(connection context.Context, _ *stats.ConnTagInfo) context.Context {
	return connection
}

// HandleConn has nothing to do.
func (Handler) HandleConn(context.Context, stats.ConnStats) {}
