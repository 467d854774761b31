package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// meter counts messages; what falls between begin and end is the sample.
type meter struct {
	messages  atomic.Uint64
	mu        sync.Mutex
	latencies []time.Duration
}

func (m *meter) message() { m.messages.Add(1) }

func (m *meter) latency(d time.Duration) {
	m.mu.Lock()
	m.latencies = append(m.latencies, d)
	m.mu.Unlock()
}

// report sleeps through warm-up and sample, and prints `begin` and `end …` around the latter.
func (m *meter) report(warmUp, sample time.Duration) {
	time.Sleep(warmUp)
	m.mu.Lock()
	m.latencies = m.latencies[:0]
	m.mu.Unlock()
	allocated, _ := heap()
	before, start := m.messages.Load(), time.Now()
	fmt.Println("begin")
	time.Sleep(sample)
	after, nanos := m.messages.Load(), time.Since(start).Nanoseconds()
	allocations, _ := heap()
	fmt.Printf("end messages=%d nanos=%d total=%d p50=%d allocations=%d\n",
		after-before, nanos, after, m.p50(), allocations-allocated)
}

// p50 is the median latency of the sample in nanoseconds, 0 if none was taken.
func (m *meter) p50() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.latencies) == 0 {
		return 0
	}
	slices.Sort(m.latencies)
	return m.latencies[len(m.latencies)/2].Nanoseconds()
}
