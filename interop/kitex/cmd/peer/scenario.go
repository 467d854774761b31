package main

import (
	"fmt"
	"strings"
)

// scenario is one row of interop/SCENARIOS.md.
type scenario struct {
	name  string
	needs ability
	run   func(*session)
}

// scenarios lists all in the order in which "all" runs them.
func scenarios() []scenario {
	var all []scenario
	all = append(all, streamScenarios...)
	all = append(all, pingPongScenarios...)
	return all
}

// onRequest names the scenarios that "all" leaves out: the server does not outlive them.
var onRequest = map[string]bool{}

// selectScenarios resolves the value of -scenario for a wire.
func selectScenarios(w *wire, names string) ([]scenario, error) {
	byName := make(map[string]scenario)
	var carried []scenario
	for _, sc := range scenarios() {
		byName[sc.name] = sc
		if w.can(sc.needs) && !onRequest[sc.name] {
			carried = append(carried, sc)
		}
	}
	if names == "all" {
		return carried, nil
	}
	var selected []scenario
	for _, name := range strings.Split(names, ",") {
		sc, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("unknown scenario %q", name)
		}
		if !w.can(sc.needs) {
			return nil, unsupportedError{name, w.name}
		}
		selected = append(selected, sc)
	}
	return selected, nil
}

// listWires prints each wire with the scenarios that it can run.
func listWires() {
	for i := range wires {
		var names []string
		for _, sc := range scenarios() {
			if wires[i].can(sc.needs) {
				names = append(names, sc.name)
			}
		}
		emit("wire", fields{"proto": wires[i].name, "scenarios": names})
	}
}
