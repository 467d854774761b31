// Package patience says how long the Kitex clients of the tests wait where they expect an answer. A test fails later for
// it if something hangs, and not at all because its machine is busy.
package patience

import "time"

const (
	// Connect is the connect timeout of every client. Kitex's own default is 50 ms, which a busy machine exceeds. A
	// second is too little as well: if the queue of a listener is full, the kernel of the client asks again after 1 s,
	// 3 s and 7 s.
	Connect = 20 * time.Second
	// Call is how long a call may take that is to succeed, with all of its messages.
	Call = 30 * time.Second
)
