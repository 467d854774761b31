package main

import (
	"io"
	"sync/atomic"

	"github.com/cloudwego/kitex/pkg/remote/codec/protobuf/encoding"
	"github.com/cloudwego/kitex/pkg/remote/codec/protobuf/encoding/gzip"
)

// decompressed counts the messages that came compressed; Kitex does not tell.
var decompressed atomic.Int64

// countingGzip is Kitex's own gzip, and counts.
type countingGzip struct{ encoding.Compressor }

func (c countingGzip) Decompress(r io.Reader) (io.Reader, error) {
	decompressed.Add(1)
	return c.Compressor.Decompress(r)
}

func init() {
	encoding.RegisterCompressor(countingGzip{encoding.GetCompressor(gzip.Name)})
}

// wasCompressed tells whether a message came compressed since the last question. Cases make one
// call at a time.
func wasCompressed() bool {
	return decompressed.Swap(0) > 0
}
