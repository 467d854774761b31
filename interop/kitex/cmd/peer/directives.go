package main

import (
	"fmt"
	"strconv"
	"strings"
)

// directive is one order to a handler: verb[@n][=arg].
type directive struct {
	verb string
	at   int // due after this many messages
	arg  string
}

type directives []directive

// parseDirectives reads "verb@n=arg;verb…". The empty string holds none.
func parseDirectives(text string) (directives, error) {
	var ds directives
	for _, part := range strings.Split(text, ";") {
		if part == "" {
			continue
		}
		var d directive
		head, arg, _ := strings.Cut(part, "=")
		d.arg = arg
		verb, at, hasAt := strings.Cut(head, "@")
		d.verb = verb
		if hasAt {
			n, err := strconv.Atoi(at)
			if err != nil {
				return nil, fmt.Errorf("peer bad directive: %s", part)
			}
			d.at = n
		}
		if !knownVerbs[verb] {
			return nil, fmt.Errorf("peer bad directive: %s", part)
		}
		ds = append(ds, d)
	}
	return ds, nil
}

var knownVerbs = map[string]bool{
	"ret": true, "early": true,
	"biz": true, "grpcbiz": true,
	"err": true, "app": true, "trans": true, "status": true,
	"panic": true, "exit": true, "hold": true,
	"slow": true, "hdr": true, "sendhdr": true, "flood": true, "back": true,
	"meta": true, "who": true, "deadline": true, "report": true,
}

// find gives the first directive with this verb.
func (ds directives) find(verb string) (directive, bool) {
	for _, d := range ds {
		if d.verb == verb {
			return d, true
		}
	}
	return directive{}, false
}

func (ds directives) has(verb string) bool {
	_, ok := ds.find(verb)
	return ok
}
