package main

import (
	"sort"
	"strings"
	"sync"

	"rpcplugin-interop/kvtest"
)

// store is the state: pairs in memory, safe for calls that overlap.
type store struct {
	lock   sync.RWMutex
	values map[string][]byte
}

func newStore() *store {
	return &store{values: make(map[string][]byte)}
}

// put reports whether the key was new.
func (s *store) put(key string, value []byte) bool {
	s.lock.Lock()
	defer s.lock.Unlock()

	_, replaced := s.values[key]
	s.values[key] = value
	return !replaced
}

func (s *store) get(key string) (*kvtest.Pair, bool) {
	s.lock.RLock()
	defer s.lock.RUnlock()

	value, found := s.values[key]
	return &kvtest.Pair{Key: key, Value: value}, found
}

// list returns a snapshot, so that a slow reader of the stream holds up nobody.
func (s *store) list(prefix string) []*kvtest.Pair {
	s.lock.RLock()
	defer s.lock.RUnlock()

	var pairs []*kvtest.Pair
	for key, value := range s.values {
		if strings.HasPrefix(key, prefix) {
			pairs = append(pairs, &kvtest.Pair{Key: key, Value: value})
		}
	}
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].Key < pairs[j].Key })
	return pairs
}
