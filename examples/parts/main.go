// Parts is one small program that plays the services of the example apps: a store that keeps its data in a file, a web
// front, a worker, a migration, a relay and a site of files.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const (
	// For this long after the signal requests are still answered, while routers learn that this instance leaves.
	drain = 300 * time.Millisecond
	grace = 5 * time.Second
)

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("usage: parts store|web|worker|migrate|relay|site|check URL")
	}
	switch args[0] {
	case "store":
		store, err := openStore(fromEnv("DATA_FILE", "/data/store.json"))
		if err != nil {
			return err
		}
		password, err := readPassword()
		if err != nil {
			return err
		}
		return serve(ctx, store.handler(password))
	case "web":
		return withClient(func(client *client) error { return serve(ctx, webHandler(client)) })
	case "worker":
		return withClient(func(client *client) error { return work(ctx, client) })
	case "migrate":
		return withClient(func(client *client) error { return migrate(ctx, client) })
	case "relay":
		handler, err := relayHandler(fromEnv("UPSTREAM", "http://api:8080"))
		if err != nil {
			return err
		}
		return serve(ctx, handler)
	case "site":
		return serve(ctx, siteHandler(fromEnv("SITE", "/site")))
	case "check":
		return check(ctx, args[1:])
	default:
		return fmt.Errorf("there is no part %q", args[0])
	}
}

// serve answers on PORT until ctx ends, then lets requests finish.
func serve(ctx context.Context, handler http.Handler) error {
	server := &http.Server{
		Addr:              ":" + fromEnv("PORT", "8080"),
		Handler:           named(handler),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.Printf("listens on %s", server.Addr)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	time.Sleep(drain)
	deadline, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}

// named says which instance answered.
func named(next http.Handler) http.Handler {
	instance, err := os.Hostname()
	if err != nil {
		instance = "unknown"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Instance", instance)
		next.ServeHTTP(w, r)
	})
}

// check is a health check for images that have no shell: it fails unless the address answers with a success.
func check(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: parts check URL")
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, args[0], nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s answers %s", args[0], answer.Status)
	}
	return nil
}

func fromEnv(key, fallback string) string {
	if value := os.Getenv(key); value != "" {
		return value
	}
	return fallback
}

// readPassword reads the file that PASSWORD_FILE names; without one the store asks for none.
func readPassword() (string, error) {
	path := os.Getenv("PASSWORD_FILE")
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if password := strings.TrimSpace(string(text)); password != "" {
		return password, nil
	}
	return "", fmt.Errorf("%s is empty", path)
}
