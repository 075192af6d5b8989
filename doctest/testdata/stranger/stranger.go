// Package stranger is somebody else's module: it uses doctest as they would.
package stranger
