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

// scenarios lists what "all" runs, in this order.
func scenarios() []scenario {
	return []scenario{
		{"bidi", streams, runBidi},
		{"bidi-pipelined", streams, runBidiPipelined},
		{"client", streams, runClientStream},
		{"server", streams, runServerStream},
		{"unary", streams | allMethods, runUnary},
		{"empty", streams, runEmpty},
		{"early", streams, runEarly},
		{"slow", streams, runSlow},
		{"everything", streams, runEverything},
		{"defaults", streams | allMethods, runDefaults},
		{"header-trailer", streams | headers, runHeaderTrailer},
		{"send-header", streams | headers, runSendHeader},
		{"biz", streams, runBiz},
		{"grpc-biz", streams, runGRPCBiz},
		{"err", streams, runErr},
		{"app", streams, runApp},
		{"trans", streams, runTrans},
		{"status", streams | statuses, runStatus},
		{"panic", streams, runPanic},
		{"metainfo", streams | metainfoKeys, runMetainfo},
		{"who", streams, runWho},
		{"cancel", streams, runCancel},
		{"cancel-idle", streams, runCancelIdle},
		{"cancel-flood", streams, runCancelFlood},
		{"recv-timeout", streams, runRecvTimeout},
		{"recv-timeout-keep", streams | keptStream, runRecvTimeoutKeep},
		{"deadline", streams, runDeadline},
		{"many", streams, runMany},
		{"large", streams, runLarge},
		{"multi-service", streams | serviceNames, runMultiService},
		{"service-lookup", streams | serviceLookup | allMethods, runServiceLookup},
		{"unknown-method", streams, runUnknownMethod},
		{"unknown-service", streams | serviceNames, runUnknownService},

		{"echo", pingPong, runEcho},
		{"extends", pingPong | allMethods, runExtends},
		{"base-types", pingPong | allMethods, runBaseTypes},
		{"containers", pingPong | allMethods, runContainers},
		{"keyed", pingPong | allMethods, runKeyed},
		{"void", pingPong | allMethods, runVoid},
		{"exception", pingPong | allMethods, runException},
		{"everything-pp", pingPong, runEverythingPP},
		{"defaults-pp", pingPong | allMethods, runDefaultsPP},
		{"oneway", oneway, runOneway},
		{"err-pp", pingPong, runErrPP},
		{"app-pp", pingPong, runAppPP},
		{"trans-pp", pingPong, runTransPP},
		{"status-pp", pingPong | statuses, runStatusPP},
		{"panic-pp", pingPong, runPanicPP},
		{"biz-pp", pingPong | bizStatus, runBizPP},
		{"metainfo-pp", pingPong | metainfoKeys, runMetainfoPP},
		{"back-pp", pingPong | backward, runBackPP},
		{"who-pp", pingPong, runWhoPP},
		{"multi-service-pp", pingPong, runMultiServicePP},
		{"service-lookup-pp", pingPong | serviceLookup | allMethods, runServiceLookupPP},
		{"unknown-method-pp", pingPong, runUnknownMethodPP},
		{"unknown-service-pp", pingPong | serviceNames, runUnknownServicePP},
		{"deadline-pp", pingPong | deadlines, runDeadlinePP},
		{"timeout-pp", pingPong, runTimeoutPP},
		{"many-pp", pingPong, runManyPP},
		{"large-pp", pingPong, runLargePP},
	}
}

// onRequest lists what "all" leaves out, for the server does not outlive it.
func onRequest() []scenario {
	return []scenario{
		{"exit", streams, runExit},
		{"exit-pp", pingPong, runExitPP},
		{"drain", streams, runDrain},
		{"limited", streams, runLimited},
		{"limited-pp", pingPong, runLimitedPP},
		{"rolling", pingPong, runRolling},
	}
}

// carried gives those scenarios that a wire can run.
func (w *wire) carried(all []scenario) []scenario {
	var out []scenario
	for _, sc := range all {
		if w.can(sc.needs) {
			out = append(out, sc)
		}
	}
	return out
}

// selectScenarios resolves the value of -scenario for a wire.
func selectScenarios(w *wire, names string) ([]scenario, error) {
	if names == "all" {
		return w.carried(scenarios()), nil
	}
	byName := make(map[string]scenario)
	for _, sc := range append(scenarios(), onRequest()...) {
		byName[sc.name] = sc
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
		for _, sc := range wires[i].carried(append(scenarios(), onRequest()...)) {
			names = append(names, sc.name)
		}
		emit("wire", fields{"proto": wires[i].name, "scenarios": names})
	}
}
