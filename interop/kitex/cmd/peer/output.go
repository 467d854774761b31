package main

import (
	"bytes"
	"encoding/json"
	"os"
	"sort"
	"sync"
)

// fields are the members of one output line. A key that begins with "~" holds
// something that may differ between runs and sides; the rest may be compared.
type fields map[string]any

var outputMu sync.Mutex

// emit prints one event as one JSON line: "ev" first, then the keys in order.
func emit(ev string, f fields) {
	keys := make([]string, 0, len(f))
	for k := range f {
		keys = append(keys, k)
	}
	sort.Strings(keys)

	var line bytes.Buffer
	line.WriteString(`{"ev":`)
	writeJSON(&line, ev)
	for _, k := range keys {
		line.WriteByte(',')
		writeJSON(&line, k)
		line.WriteByte(':')
		writeJSON(&line, f[k])
	}
	line.WriteString("}\n")

	outputMu.Lock()
	defer outputMu.Unlock()
	os.Stdout.Write(line.Bytes())
}

// writeJSON appends v without Go's HTML escaping, which no other peer does.
func writeJSON(b *bytes.Buffer, v any) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		b.WriteString("null")
		return
	}
	b.Truncate(b.Len() - 1) // Encode ends with a newline
}
