// the block
