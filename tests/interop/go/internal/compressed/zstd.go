package compressed

import (
	"io"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/grpc/encoding"
)

// grpc-go brings gzip alone; whoever wants zstd registers it.
func init() {
	encoding.RegisterCompressor(compressor{})
}

type compressor struct{}

// Name is the name in gRPC's headers.
func (compressor) Name() string {
	return "zstd"
}

// Compress packs what is written into a frame.
func (compressor) Compress(to io.Writer) (io.WriteCloser, error) {
	return zstd.NewWriter(to, zstd.WithEncoderConcurrency(1))
}

// Decompress unpacks a frame while it is read. With one reader there is nothing
// to close.
func (compressor) Decompress(from io.Reader) (io.Reader, error) {
	return zstd.NewReader(from, zstd.WithDecoderConcurrency(1))
}
