// Probe is the program inside the containers that tests run: it says what it is told, and what it can see and do.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	command, rest := "sleep", os.Args[1:]
	if len(rest) > 0 {
		command, rest = rest[0], rest[1:]
	}
	switch command {
	case "say":
		fmt.Println(rest[0])
		fmt.Fprintln(os.Stderr, rest[1])
		code, err := strconv.Atoi(rest[2])
		check(err)
		os.Exit(code)
	case "long":
		length, err := strconv.Atoi(rest[0])
		check(err)
		fmt.Println(strings.Repeat("x", length))
	case "bytes":
		_, err := os.Stdout.Write([]byte("bad \xff\xfe end\n"))
		check(err)
	case "look":
		look()
	case "read":
		bytes, err := os.ReadFile(rest[0])
		check(err)
		_, err = os.Stdout.Write(bytes)
		check(err)
	case "write":
		check(os.WriteFile(rest[0], []byte("from inside\n"), 0o644))
	case "cat":
		_, err := io.Copy(os.Stdout, os.Stdin)
		check(err)
	case "say-and-sleep":
		fmt.Println("here")
		untilStopped()
	case "shout":
		shout(rest[0])
		untilStopped()
	case "env":
		fmt.Println(strings.Join(os.Environ(), "\n"))
	case "sleep":
		untilStopped()
	case "eat":
		eat()
	case "serve":
		serve()
	default:
		check(fmt.Errorf("unknown command %q", command))
	}
}

func look() {
	interfaces, err := net.Interfaces()
	check(err)
	names := []string{}
	for _, each := range interfaces {
		if each.Flags&net.FlagUp != 0 {
			names = append(names, each.Name)
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"interfaces":      names,
		"canWriteRoot":    canWrite("/probe-was-here"),
		"canWriteTmp":     canWrite("/tmp/probe-was-here"),
		"user":            os.Getuid(),
		"capabilities":    status("CapEff"),
		"noNewPrivileges": status("NoNewPrivs"),
		"environment":     os.Getenv("SEEN"),
	}))
}

func canWrite(path string) bool {
	return os.WriteFile(path, []byte("x"), 0o600) == nil
}

func status(key string) string {
	bytes, err := os.ReadFile("/proc/self/status")
	check(err)
	for _, line := range strings.Split(string(bytes), "\n") {
		if name, value, found := strings.Cut(line, ":"); found && name == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func eat() {
	held := [][]byte{}
	for {
		piece := make([]byte, 1<<20)
		for at := 0; at < len(piece); at += 4096 {
			piece[at] = 1
		}
		held = append(held, piece)
		if len(held) > 1<<12 {
			return
		}
	}
}

// serve answers on port 8080, and asks other addresses from where it stands: /ask?url=…&host=….
func serve() {
	client := http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "probe") })
	http.HandleFunc("/ask", func(w http.ResponseWriter, r *http.Request) {
		answer := map[string]any{}
		defer func() { check(json.NewEncoder(w).Encode(answer)) }()
		request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, r.URL.Query().Get("url"), nil)
		if err != nil {
			answer["error"] = err.Error()
			return
		}
		request.Host = r.URL.Query().Get("host")
		response, err := client.Do(request)
		if err != nil {
			answer["error"] = err.Error()
			return
		}
		answer["status"] = response.StatusCode
		check(response.Body.Close())
	})
	go func() { check(http.ListenAndServe(":8080", nil)) }()
	untilStopped()
}

func untilStopped() {
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, syscall.SIGTERM, syscall.SIGINT)
	select {
	case <-stopped:
	case <-time.After(5 * time.Minute):
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// What no terminal and no page may obey, a line of ten megabytes, and bytes that are no text; then a last line.
func shout(line string) {
	fmt.Println(strings.Repeat("y", 10_000_000))
	fmt.Println(line)
	_, err := os.Stdout.Write([]byte("no text \xff\xfe\xc3\n"))
	check(err)
	fmt.Println("and it goes on")
}
