// Package versions holds a plugin whose contract is another one in each version:
// in the first that of the key-value tests, in the second a store with one
// method.
package versions

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/kvtest"
)

// Name is what the host dispenses, whichever version was agreed on.
const Name = contract.Name

// exchange is the path of the one method of the second version.
const exchange = "/kvtest.v2.Store/Exchange"

// Sets is a set for each of these versions. The host passes nil for the server
// of the first.
func Sets(versions []int, first kvtest.KVServer) (map[int]plugin.PluginSet, error) {
	sets := make(map[int]plugin.PluginSet)
	for _, version := range versions {
		switch version {
		case 1:
			sets[version] = contract.Plugins(first)
		case 2:
			sets[version] = plugin.PluginSet{Name: &storePlugin{}}
		default:
			return nil, fmt.Errorf("there is no version %d", version)
		}
	}
	return sets, nil
}

// Store is the client of the second version.
type Store struct {
	connection *grpc.ClientConn
}

// Exchange stores a pair, and returns what was there.
func (s *Store) Exchange(ctx context.Context, pair *kvtest.Pair) (*kvtest.Pair, error) {
	before := new(kvtest.Pair)
	return before, s.connection.Invoke(ctx, exchange, pair, before)
}

type storePlugin struct {
	plugin.NetRPCUnsupportedPlugin
}

// GRPCServer runs in the plugin.
func (p *storePlugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	server.RegisterService(&description, &store{values: make(map[string][]byte)})
	return nil
}

// GRPCClient runs in the host.
func (p *storePlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, connection *grpc.ClientConn) (any, error) {
	return &Store{connection: connection}, nil
}

type store struct {
	lock   sync.Mutex
	values map[string][]byte
}

func (s *store) exchange(pair *kvtest.Pair) *kvtest.Pair {
	s.lock.Lock()
	defer s.lock.Unlock()

	before := &kvtest.Pair{Key: pair.GetKey(), Value: s.values[pair.GetKey()]}
	s.values[pair.GetKey()] = pair.GetValue()
	return before
}

// description is what a generator would have written of the service.
var description = grpc.ServiceDesc{
	ServiceName: "kvtest.v2.Store",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{
		MethodName: "Exchange",
		Handler: func(server any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			pair := new(kvtest.Pair)
			if err := decode(pair); err != nil {
				return nil, err
			}
			return server.(*store).exchange(pair), nil
		},
	}},
}
