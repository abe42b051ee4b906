// Command broker-plugin serves a desk with go-plugin: it calls adders of its
// host, and serves adders for it. A host starts it.
package main

import (
	"context"
	"os"
	"sync"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/brokertest"
	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/desk"
)

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: contract.Handshake,
		Plugins: desk.Plugins(func(broker *plugin.GRPCBroker) brokertest.DeskServer {
			return &service{broker: broker, open: make(map[uint32]func())}
		}),
		GRPCServer: plugin.DefaultGRPCServer,
		Logger: hclog.New(&hclog.LoggerOptions{
			Level:      hclog.Trace,
			Output:     os.Stderr,
			JSONFormat: true,
		}),
	})
}

// service answers the calls.
type service struct {
	brokertest.UnimplementedDeskServer

	broker *plugin.GRPCBroker
	lock   sync.Mutex
	open   map[uint32]func()
}

func (s *service) Delegate(ctx context.Context, task *brokertest.Task) (*brokertest.Number, error) {
	sum, err := desk.Add(ctx, s.broker, task.GetAdder(), task.GetValue())
	if err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	return &brokertest.Number{Value: sum}, nil
}

func (s *service) Open(_ context.Context, own *brokertest.Number) (*brokertest.Place, error) {
	id := s.broker.NextId()
	stop := desk.Serve(s.broker, id, own.GetValue())

	s.lock.Lock()
	defer s.lock.Unlock()
	s.open[id] = stop
	return &brokertest.Place{Id: id}, nil
}

func (s *service) Close(_ context.Context, place *brokertest.Place) (*brokertest.Place, error) {
	s.lock.Lock()
	stop, found := s.open[place.GetId()]
	delete(s.open, place.GetId())
	s.lock.Unlock()

	if !found {
		return nil, status.Errorf(codes.NotFound, "nothing is open under %d", place.GetId())
	}
	stop()
	return place, nil
}
