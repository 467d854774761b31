package main

import "sync"

// gates let client and handler wait for each other, so that no order of events is left to chance.
type gates struct {
	mu    sync.Mutex
	gates map[string]chan struct{}
}

func newGates() *gates {
	return &gates{gates: make(map[string]chan struct{})}
}

func (g *gates) gate(talk, name string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	key := talk + "/" + name
	if g.gates[key] == nil {
		g.gates[key] = make(chan struct{})
	}
	return g.gates[key]
}

// open opens a gate, which is opened once.
func (g *gates) open(talk, name string) { close(g.gate(talk, name)) }

// await returns when the gate is open.
func (g *gates) await(talk, name string) { <-g.gate(talk, name) }
