// Package desk holds what the broker's plugin and host have agreed on before
// they meet, and the adder that either of them serves for the other.
package desk

import (
	"context"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"rpcplugin-interop/brokertest"
)

// Name is what the host dispenses.
const Name = "desk"

// Dispensed is what the host gets.
type Dispensed struct {
	Desk   brokertest.DeskClient
	Broker *plugin.GRPCBroker
}

// Plugins is the set for one side. The host has no server to offer and passes
// nil.
func Plugins(server func(*plugin.GRPCBroker) brokertest.DeskServer) plugin.PluginSet {
	return plugin.PluginSet{Name: &deskPlugin{server: server}}
}

// deskPlugin ties the generated code to go-plugin.
type deskPlugin struct {
	plugin.NetRPCUnsupportedPlugin

	server func(*plugin.GRPCBroker) brokertest.DeskServer
}

// GRPCServer runs in the plugin.
func (p *deskPlugin) GRPCServer(broker *plugin.GRPCBroker, server *grpc.Server) error {
	brokertest.RegisterDeskServer(server, p.server(broker))
	return nil
}

// GRPCClient runs in the host.
func (p *deskPlugin) GRPCClient(_ context.Context, broker *plugin.GRPCBroker, connection *grpc.ClientConn) (any, error) {
	return &Dispensed{Desk: brokertest.NewDeskClient(connection), Broker: broker}, nil
}

// Serve serves an adder under a number until it is told to stop.
//
// It returns when there is a listener. go-plugin answers knocks a moment before,
// and a plugin of it ends where the stream behind one comes first.
func Serve(broker *plugin.GRPCBroker, id uint32, own uint64) (stop func()) {
	servers := make(chan *grpc.Server, 1)
	go func() {
		defer close(servers)
		broker.AcceptAndServe(id, func(options []grpc.ServerOption) *grpc.Server {
			server := grpc.NewServer(options...)
			brokertest.RegisterAdderServer(server, &adder{own: own})
			servers <- server
			return server
		})
	}()
	server, ok := <-servers
	if !ok {
		return func() {}
	}
	return server.Stop
}

// Add asks the adder that the other side serves under a number.
func Add(ctx context.Context, broker *plugin.GRPCBroker, id uint32, value uint64) (uint64, error) {
	connection, err := broker.Dial(id)
	if err != nil {
		return 0, err
	}
	defer func() { _ = connection.Close() }()
	sum, err := brokertest.NewAdderClient(connection).Add(ctx, &brokertest.Number{Value: value})
	return sum.GetValue(), err
}

// adder adds a number of its own.
type adder struct {
	brokertest.UnimplementedAdderServer

	own uint64
}

func (a *adder) Add(_ context.Context, number *brokertest.Number) (*brokertest.Number, error) {
	return &brokertest.Number{Value: number.GetValue() + a.own}, nil
}
