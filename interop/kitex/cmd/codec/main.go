// Command codec answers, on standard output, what Kitex's generated code makes of the bytes that it
// is sent on standard input. The tests of interop/codec are at the other end.
//
// A request is a length (u32, big-endian) and so many bytes: a command (1 byte), the length of a type's
// name (1 byte), the name, and what the command works on. An answer is a length and so many bytes: 0 and
// the result, or 1 and a message.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"github.com/cloudwego/gopkg/protocol/thrift"
)

// Longest request, in bytes; a longer one is a mistake of the tests.
const maxRequest = 64 << 20

func main() {
	if err := serve(bufio.NewReader(os.Stdin), os.Stdout); err != nil && err != io.EOF {
		fmt.Fprintln(os.Stderr, "codec:", err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	for {
		var head [4]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return err
		}
		size := binary.BigEndian.Uint32(head[:])
		if size > maxRequest {
			return fmt.Errorf("a request of %d bytes", size)
		}
		request := make([]byte, size)
		if _, err := io.ReadFull(in, request); err != nil {
			return err
		}
		answer := []byte{0, 0, 0, 0, 0}
		if result, err := handle(request); err != nil {
			answer[4] = 1
			answer = append(answer, err.Error()...)
		} else {
			answer = append(answer, result...)
		}
		binary.BigEndian.PutUint32(answer, uint32(len(answer)-4))
		if _, err := out.Write(answer); err != nil {
			return err
		}
	}
}

// handle answers one request; a panic of generated code is an error.
func handle(request []byte) (result []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	if len(request) < 2 || len(request) < 2+int(request[1]) {
		return nil, fmt.Errorf("a request of %d bytes", len(request))
	}
	name, data := string(request[2:2+request[1]]), request[2+request[1]:]
	entry, ok := types[name]
	if !ok {
		return nil, fmt.Errorf("unknown type %q", name)
	}
	switch request[0] {
	case 't': // bytes -> the value as text
		return decoded(entry, data, text)
	case 'e': // bytes -> the same value, encoded again
		return decoded(entry, data, encode)
	case 'r': // seed -> a random value, encoded
		value := entry.blank()
		newRandom(data).fill(value)
		return encode(value)
	case 'n': // the value that NewT makes, encoded
		return encode(entry.fresh())
	case 'z': // the zero value, encoded
		return encode(entry.blank())
	}
	return nil, fmt.Errorf("unknown command %q", request[0])
}

func decoded(entry entry, data []byte, use func(thrift.FastCodec) ([]byte, error)) ([]byte, error) {
	value := entry.fresh()
	read, err := value.FastRead(data)
	if err != nil {
		return nil, err
	}
	if read != len(data) {
		return nil, fmt.Errorf("%d bytes are left", len(data)-read)
	}
	return use(value)
}

func encode(value thrift.FastCodec) ([]byte, error) {
	buffer := make([]byte, value.BLength())
	return buffer[:value.FastWriteNocopy(buffer, nil)], nil
}
