// Whoami is a small HTTP server that tells who answered, reports its own metrics, and misbehaves on request, so that
// routing, scaling and healing can be seen.
package main

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	// For this long after the signal new requests still get an answer, while routers learn that this instance leaves.
	drain = 500 * time.Millisecond
	// What still runs after this much more is cut off; both together stay below the usual 10 s before SIGKILL.
	grace = 8 * time.Second
)

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	listener, err := net.Listen("tcp", ":"+fromEnv("PORT", "8080"))
	if err != nil {
		log.Fatal(err)
	}
	instance, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("%s listens on %s", instance, listener.Addr())
	app := newApp(instance, os.Getenv("NAME"), time.Now())
	if err := serve(ctx, listener, app, drain, grace); err != nil {
		log.Fatal(err)
	}
	log.Print("stopped")
}

func fromEnv(key, fallback string) string {
	if value := os.Getenv(key); value != "" {
		return value
	}
	return fallback
}

// serve answers until ctx ends, then drains: every answer closes its connection, late requests are still served for
// drain, requests in flight get until grace.
func serve(ctx context.Context, listener net.Listener, app *app, drain, grace time.Duration) error {
	server := &http.Server{
		Handler:           app.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case err := <-app.exit:
		return err
	case <-ctx.Done():
	}
	app.isStopping.Store(true)
	time.Sleep(drain)
	deadline, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}
