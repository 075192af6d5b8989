//go:build !linux

package main

// hugePages does nothing: other systems choose the size of pages themselves.
func hugePages() {}
