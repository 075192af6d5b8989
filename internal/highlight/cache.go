package highlight

import "sync"

// Pages repeat blocks: the same commands in each release's notes, the same
// include on twenty pages. So results are kept, as long as they stay small.
const keepAtMost = 8 << 20 // bytes of texts and results

var done = NewCache[string, string](keepAtMost)

// A Cache holds what texts became, up to a size. It is full once; what came first
// stays. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	mu    sync.RWMutex
	known map[K]V
	left  int
}

// NewCache makes a Cache that holds at most size bytes.
func NewCache[K comparable, V any](size int) *Cache[K, V] {
	return &Cache[K, V]{known: map[K]V{}, left: size}
}

// Get returns what is held for the key, and whether something is.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.known[key]
	return v, ok
}

// Put holds a value, which takes size bytes with its key, where there is room.
func (c *Cache[K, V]) Put(key K, value V, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if size <= c.left {
		c.known[key] = value
		c.left -= size
	}
}
