package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxBurn     = 10 * time.Second
	maxSleep    = time.Minute
	maxMegabyte = 512
)

// app is one running whoami: who it is, what it counted, and how it was asked to misbehave.
type app struct {
	instance   string
	name       string
	metrics    *metrics
	isFailing  atomic.Bool
	isStopping atomic.Bool
	exit       chan error

	mutex sync.Mutex
	held  []byte
}

func newApp(instance, name string, startedAt time.Time) *app {
	return &app{instance: instance, name: name, metrics: newMetrics(startedAt), exit: make(chan error, 1)}
}

// handler routes requests. Probes and scrapes are not counted, so that an instance without visitors shows no requests.
func (a *app) handler() http.Handler {
	counted := http.NewServeMux()
	counted.HandleFunc("/", a.text)
	counted.HandleFunc("/api", a.json)
	counted.HandleFunc("/burn", a.burn)
	counted.HandleFunc("/sleep", a.sleep)
	counted.HandleFunc("/alloc", a.alloc)
	counted.HandleFunc("/fail", a.fail)
	all := http.NewServeMux()
	all.Handle("/", a.metrics.count(counted))
	all.HandleFunc("/healthz", a.health)
	all.HandleFunc("/metrics", a.metrics.write)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Instance", a.instance)
		if a.isStopping.Load() {
			w.Header().Set("Connection", "close")
		}
		all.ServeHTTP(w, r)
	})
}

type identity struct {
	Name       string      `json:"name,omitempty"`
	Hostname   string      `json:"hostname"`
	Addresses  []string    `json:"addresses"`
	RemoteAddr string      `json:"remoteAddr"`
	Method     string      `json:"method"`
	URL        string      `json:"url"`
	Host       string      `json:"host"`
	Headers    http.Header `json:"headers"`
}

func (a *app) identify(r *http.Request) identity {
	return identity{
		Name: a.name, Hostname: a.instance, Addresses: addresses(), RemoteAddr: r.RemoteAddr,
		Method: r.Method, URL: r.URL.RequestURI(), Host: r.Host, Headers: r.Header,
	}
}

// addresses are read anew each time: an instance can join a network while it runs.
func addresses() []string {
	found, err := net.InterfaceAddrs()
	if err != nil {
		return []string{}
	}
	texts := make([]string, 0, len(found))
	for _, address := range found {
		if ipNet, ok := address.(*net.IPNet); ok {
			texts = append(texts, ipNet.IP.String())
		}
	}
	return texts
}

func (a *app) text(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	who := a.identify(r)
	if who.Name != "" {
		fmt.Fprintf(w, "Name: %s\n", who.Name)
	}
	fmt.Fprintf(w, "Hostname: %s\n", who.Hostname)
	for _, address := range who.Addresses {
		fmt.Fprintf(w, "IP: %s\n", address)
	}
	fmt.Fprintf(w, "RemoteAddr: %s\n%s %s %s\nHost: %s\n", who.RemoteAddr, who.Method, who.URL, r.Proto, who.Host)
	writeHeaders(w, who.Headers)
}

func writeHeaders(w io.Writer, headers http.Header) {
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, value := range headers[name] {
			fmt.Fprintf(w, "%s: %s\n", name, value)
		}
	}
}

func (a *app) json(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(a.identify(r))
}

func (a *app) health(w http.ResponseWriter, _ *http.Request) {
	switch {
	case a.isFailing.Load():
		http.Error(w, "failing, as asked", http.StatusServiceUnavailable)
	case a.isStopping.Load():
		http.Error(w, "stopping", http.StatusServiceUnavailable)
	default:
		fmt.Fprintln(w, "ok")
	}
}

// fail makes every later health check fail; with exit=1 the process ends with an error once this answer is sent.
func (a *app) fail(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		http.Error(w, "use GET or POST", http.StatusMethodNotAllowed)
		return
	}
	a.isFailing.Store(true)
	if r.URL.Query().Get("exit") != "1" {
		fmt.Fprintln(w, "health checks fail from now on")
		return
	}
	const answer = "exiting\n"
	w.Header().Set("Connection", "close")
	// With its length known the answer is complete before the process goes.
	w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	_, _ = io.WriteString(w, answer)
	_ = http.NewResponseController(w).Flush()
	select {
	case a.exit <- errors.New("exit asked by /fail"):
	default:
	}
}

func (a *app) burn(w http.ResponseWriter, r *http.Request) {
	wanted, ok := readDuration(w, r.URL.Query(), maxBurn)
	if !ok {
		return
	}
	startedAt := time.Now()
	for rounds := 0; time.Since(startedAt) < wanted && r.Context().Err() == nil; rounds++ {
		spin()
	}
	fmt.Fprintf(w, "burned %d ms\n", time.Since(startedAt).Milliseconds())
}

var spun atomic.Uint64

// spin keeps one core busy for some microseconds; its result is kept so that it is not optimised away.
func spin() {
	value := uint64(1)
	for round := uint64(0); round < 20_000; round++ {
		value = value*6364136223846793005 + round
	}
	spun.Store(value)
}

func (a *app) sleep(w http.ResponseWriter, r *http.Request) {
	wanted, ok := readDuration(w, r.URL.Query(), maxSleep)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), wanted)
	defer cancel()
	<-ctx.Done()
	fmt.Fprintf(w, "slept %d ms\n", wanted.Milliseconds())
}

// alloc holds mb megabytes in place of what was held before; 0 lets go.
func (a *app) alloc(w http.ResponseWriter, r *http.Request) {
	megabytes, ok := readNumber(w, r.URL.Query(), "mb", maxMegabyte)
	if !ok {
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.held = nil
	a.held = make([]byte, megabytes<<20)
	// A page that was never written takes no memory.
	for at := 0; at < len(a.held); at += 4096 {
		a.held[at] = 1
	}
	fmt.Fprintf(w, "holding %d MB\n", megabytes)
}

func readDuration(w http.ResponseWriter, query url.Values, most time.Duration) (time.Duration, bool) {
	number, ok := readNumber(w, query, "ms", int(most.Milliseconds()))
	return time.Duration(number) * time.Millisecond, ok
}

// readNumber answers 400 to what is no number and takes the cap for what is above it.
func readNumber(w http.ResponseWriter, query url.Values, key string, most int) (int, bool) {
	number, err := strconv.Atoi(query.Get(key))
	if err != nil || number < 0 {
		http.Error(w, fmt.Sprintf("%s must be a number from 0 to %d (saw %q)", key, most, query.Get(key)), http.StatusBadRequest)
		return 0, false
	}
	return min(number, most), true
}
