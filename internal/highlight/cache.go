package highlight

import "sync"

// Pages repeat blocks: the same commands in each release's notes, the same
// include on twenty pages. So results are kept, as long as they stay small.
const keepAtMost = 8 << 20 // bytes of texts and results

var done = cache{known: map[string]string{}}

// A cache holds what texts became. It is full once; what came first stays.
type cache struct {
	mu    sync.RWMutex
	known map[string]string
	size  int
}

func (c *cache) get(key string) (string, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.known[key]
	return v, ok
}

func (c *cache) put(key, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if size := len(key) + len(value); c.size+size <= keepAtMost {
		c.known[key] = value
		c.size += size
	}
}
