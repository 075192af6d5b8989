package site

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// A Growing is a file of an Output that is written piece by piece, while others
// are written. It counts for nothing before End.
type Growing interface {
	io.Writer
	// End makes it the file of that name, as WriteFile does.
	End(name string) error
	// Discard gives it up. It does nothing after End.
	Discard() error
}

type growingMemory struct {
	bytes.Buffer
	memory *Memory
}

// Begin implements Output.
func (m *Memory) Begin() (Growing, error) { return &growingMemory{memory: m}, nil }

func (g *growingMemory) End(name string) error { return g.memory.WriteFile(name, g.Bytes()) }
func (*growingMemory) Discard() error          { return nil }

// A growingFile is on the disk of a Folder, under a name of its own.
type growingFile struct {
	*bufio.Writer
	folder *Folder
	file   *os.File // nil it has come to its end
	name   string   // as what it is written
	sum    hash.Hash32
}

// Begin implements Output.
func (f *Folder) Begin() (Growing, error) {
	g := &growingFile{folder: f, sum: crc32.New(crc32.MakeTable(crc32.Castagnoli))}
	var err error
	if f.first != nil {
		g.name = filepath.Join(f.first.dir, fmt.Sprintf("%s%d", stagingName, f.growing))
		g.file, err = os.OpenFile(g.name, createFlags, 0o666)
	} else if err = f.makeStaging(); err == nil {
		g.name = fmt.Sprintf("%s/growing%d", stagingName, f.growing)
		g.file, err = f.root.OpenFile(g.name, createFlags, 0o666)
	}
	f.growing++
	if err != nil {
		return nil, err
	}
	g.Writer = bufio.NewWriterSize(io.MultiWriter(g.file, g.sum), 64<<10)
	return g, nil
}

// End implements Growing.
func (g *growingFile) End(name string) error {
	err := g.Flush()
	info, statErr := g.file.Stat()
	err = errors.Join(err, statErr, g.file.Close())
	g.file = nil
	if err != nil {
		return err
	}
	f := g.folder
	if f.first != nil {
		err := f.first.take(g.name, name)
		return f.note(name, g.sum.Sum32(), stampOf(info), err)
	}
	old, err := f.unchanged(name, info.Size(), func() bool { return g.same(name) })
	switch {
	case err != nil:
		return err
	case old != nil:
		f.countSame()
		return f.note(name, g.sum.Sum32(), stampOf(old), f.root.Remove(g.name))
	}
	err = f.root.Rename(g.name, f.nextStaged(name))
	return f.note(name, g.sum.Sum32(), stampOf(info), err)
}

// same tells whether the file of that name in the folder holds the same.
func (g *growingFile) same(name string) bool {
	old, err := g.folder.root.Open(name)
	if err != nil {
		return false
	}
	defer old.Close()
	mine, err := g.folder.root.Open(g.name)
	if err != nil {
		return false
	}
	defer mine.Close()
	a, b := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, errA := io.ReadFull(old, a)
		m, errB := io.ReadFull(mine, b)
		switch {
		case !bytes.Equal(a[:n], b[:m]):
			return false
		case errA != nil:
			return ended(errA) && ended(errB)
		}
	}
}

func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// Discard implements Growing.
func (g *growingFile) Discard() error {
	if g.file == nil {
		return nil
	}
	err := g.file.Close()
	g.file = nil
	if g.folder.first != nil {
		return errors.Join(err, os.Remove(g.name))
	}
	return errors.Join(err, g.folder.root.Remove(g.name))
}
