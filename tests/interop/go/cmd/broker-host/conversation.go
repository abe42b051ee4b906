package main

import (
	"context"
	"strings"
	"time"

	"rpcplugin-interop/brokertest"
	"rpcplugin-interop/internal/desk"
)

// many is how many calls there are at once.
const many = 20

// nobody is a number that nobody serves.
const nobody = 4_000_000

// conversation is what host and plugin do with each other.
type conversation struct {
	*desk.Dispensed
	lateTries int
}

type step struct {
	name string
	run  func(context.Context) error
}

func (c *conversation) steps() []step {
	return []step{
		{"callback", c.callback},
		{"call", c.call},
		{"late", c.late},
		{"many", c.many},
		{"nobody", c.nobody},
		{"callback-again", c.callback},
		{"call-again", c.call},
	}
}

// callback has the plugin call an adder of the host's.
func (c *conversation) callback(ctx context.Context) error {
	id := c.Broker.NextId()
	stop := desk.Serve(c.Broker, id, 5)
	defer stop()
	return c.delegate(ctx, id, 5)
}

func (c *conversation) delegate(ctx context.Context, id uint32, own uint64) error {
	sum, err := c.Desk.Delegate(ctx, &brokertest.Task{Adder: id, Value: 37})
	return equal(sum.GetValue(), 37+own, err)
}

// call calls an adder of the plugin's.
func (c *conversation) call(ctx context.Context) error {
	place, err := c.Desk.Open(ctx, &brokertest.Number{Value: 3})
	if err != nil {
		return err
	}
	sum, err := desk.Add(ctx, c.Broker, place.GetId(), 39)
	if err := equal(sum, 42, err); err != nil {
		return err
	}
	_, err = c.Desk.Close(ctx, place)
	return err
}

// late has the plugin dial what is served only afterwards.
//
// go-plugin listens for knocks before it has a listener. One that waits already may
// be told that there is none, by chance: then it was not late enough. A plugin of
// go-plugin's gives up with that.
func (c *conversation) late(ctx context.Context) error {
	var err error
	for range c.lateTries {
		err = c.lateOnce(ctx)
		if err == nil || !strings.Contains(err.Error(), "no listener for id") {
			return err
		}
	}
	return err
}

func (c *conversation) lateOnce(ctx context.Context) error {
	id := c.Broker.NextId()
	answered := make(chan error, 1)
	go func() { answered <- c.delegate(ctx, id, 7) }()
	time.Sleep(300 * time.Millisecond)
	stop := desk.Serve(c.Broker, id, 7)
	defer stop()
	return <-answered
}

// many does both for many numbers at once.
func (c *conversation) many(ctx context.Context) error {
	answered := make(chan error, 2*many)
	for range many {
		go func() { answered <- c.callback(ctx) }()
		go func() { answered <- c.call(ctx) }()
	}
	for range 2 * many {
		if err := <-answered; err != nil {
			return err
		}
	}
	return nil
}

// nobody has the plugin dial a number that nobody serves.
func (c *conversation) nobody(ctx context.Context) error {
	if c.delegate(ctx, nobody, 0) == nil {
		return errAnswered
	}
	return nil
}
