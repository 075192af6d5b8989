// Command client asks from inside a cluster what pages want to show:
//
//	client URL ...         print what GET gives
//	client -i URL          the status line and the headers, too
//	client -H 'A: b' URL   with a header, as often as wanted
//	client -retry URL      try again for ten seconds while nobody answers there
//	client -lookup NAME    print the addresses of a name
//	client -wait           do nothing until told to end, so that a pod stays
//	client -take 200 ...   take so many MB of memory before anything else
//
// It exits with 1 where a request fails; a status such as 503 is an answer.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// limit is for one request or look-up with all its tries; pause is between two.
const (
	limit = 10 * time.Second
	pause = 100 * time.Millisecond
)

// headerFlag collects headers.
type headerFlag struct{ http.Header }

func (h headerFlag) String() string { return "" }

func (h headerFlag) Set(s string) error {
	name, value, ok := strings.Cut(s, ":")
	if !ok {
		return fmt.Errorf("%q is not NAME: VALUE", s)
	}
	h.Add(name, strings.TrimSpace(value))
	return nil
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	wait := flag.Bool("wait", false, "do nothing until told to end")
	lookup := flag.String("lookup", "", "name to look up")
	take := flag.Int("take", 0, "MB of memory to take first")
	again := flag.Bool("retry", false, "try again while nobody answers")
	head := flag.Bool("i", false, "print the status line and the headers, too")
	header := headerFlag{http.Header{}}
	flag.Var(header, "H", "header of the request")
	flag.Parse()
	taken := make([]byte, *take<<20)
	for i := range taken {
		taken[i] = 1 // only what is written to is taken
	}
	defer runtime.KeepAlive(taken)
	err := error(nil)
	switch {
	case *wait:
		<-ctx.Done()
	case *lookup != "":
		err = look(ctx, *lookup)
	case flag.NArg() == 0:
		flag.Usage()
		os.Exit(2)
	}
	for _, url := range flag.Args() {
		if err == nil {
			err = get(ctx, url, header.Header, *head, *again)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

func get(ctx context.Context, url string, header http.Header, head, again bool) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if !strings.Contains(url, "://") {
		url = "http://" + url
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	for again && errors.Is(err, syscall.ECONNREFUSED) && ctx.Err() == nil {
		time.Sleep(pause)
		response, err = http.DefaultClient.Do(request)
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if head {
		fmt.Println(response.Proto, response.Status)
		response.Header.Write(os.Stdout)
		fmt.Println()
	}
	_, err = io.Copy(os.Stdout, response.Body)
	return err
}

func look(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	slices.Sort(addresses)
	for _, a := range addresses {
		fmt.Println(a)
	}
	return err
}
