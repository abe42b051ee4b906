package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
)

// capture collects output that arrives from other goroutines.
type capture struct {
	lock   sync.Mutex
	buffer bytes.Buffer
}

func (c *capture) Write(data []byte) (int, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.buffer.Write(data)
}

func (c *capture) String() string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.buffer.String()
}

// logbook is what the host's logger wrote, which is also where go-plugin puts
// the log of the plugin. The logger writes JSON, a record a line.
type logbook struct {
	text capture
}

// record is one entry with all its fields, named as hclog names them.
type record map[string]any

func (r record) message() string { return r.textOf("@message") }
func (r record) level() string   { return r.textOf("@level") }

func (r record) textOf(field string) string {
	text, _ := r[field].(string)
	return text
}

// find returns the records that satisfy a condition.
func (l *logbook) find(wanted func(record) bool) []record {
	var found []record
	for line := range strings.Lines(l.text.String()) {
		var entry record
		// The last line may still be half written.
		if json.Unmarshal([]byte(line), &entry) == nil && wanted(entry) {
			found = append(found, entry)
		}
	}
	return found
}
