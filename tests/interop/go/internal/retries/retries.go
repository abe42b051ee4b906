// Package retries holds the two sides of a contract whose calls fail and say when
// the next try may come. No generator has seen it: its messages are Google's own.
package retries

import (
	"context"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Name is what the host dispenses.
const Name = "retries"

// Server answers, or ends its failures, with how often a method was called.
type Server interface {
	Soon(ctx context.Context, needed uint64) (uint64, error)
	Never(ctx context.Context) (uint64, error)
	Silent(ctx context.Context) (uint64, error)
}

// Plugins is the set for one side. The host has no server to offer and passes
// nil.
func Plugins(server Server) plugin.PluginSet {
	return plugin.PluginSet{Name: &retriesPlugin{server: server}}
}

// Client makes the calls.
type Client struct {
	connection *grpc.ClientConn
}

// Soon fails until it was called so often.
func (c *Client) Soon(ctx context.Context, needed uint64) (uint64, error) {
	calls := new(wrapperspb.UInt64Value)
	err := c.connection.Invoke(ctx, "/test.Retries/Soon", wrapperspb.UInt64(needed), calls)
	return calls.GetValue(), err
}

// Fail calls one of the methods that always fail.
func (c *Client) Fail(ctx context.Context, method string) error {
	return c.connection.Invoke(ctx, "/test.Retries/"+method, new(emptypb.Empty), new(wrapperspb.UInt64Value))
}

type retriesPlugin struct {
	plugin.NetRPCUnsupportedPlugin

	server Server
}

// GRPCServer runs in the plugin.
func (p *retriesPlugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	server.RegisterService(&description, p.server)
	return nil
}

// GRPCClient runs in the host.
func (p *retriesPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, connection *grpc.ClientConn) (any, error) {
	return &Client{connection: connection}, nil
}

// description is what a generator would have written of the service.
var description = grpc.ServiceDesc{
	ServiceName: "test.Retries",
	HandlerType: (*Server)(nil),
	Methods: []grpc.MethodDesc{
		{MethodName: "Soon", Handler: soon},
		{MethodName: "Never", Handler: failing(Server.Never)},
		{MethodName: "Silent", Handler: failing(Server.Silent)},
	},
}

func soon(server any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	needed := new(wrapperspb.UInt64Value)
	if err := decode(needed); err != nil {
		return nil, err
	}
	calls, err := server.(Server).Soon(ctx, needed.GetValue())
	return wrapperspb.UInt64(calls), err
}

func failing(method func(Server, context.Context) (uint64, error)) grpc.MethodHandler {
	return func(server any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		if err := decode(new(emptypb.Empty)); err != nil {
			return nil, err
		}
		calls, err := method(server.(Server), ctx)
		return wrapperspb.UInt64(calls), err
	}
}
