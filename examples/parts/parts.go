package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// webHandler counts visits in the store and takes orders, which a worker fills: POST /orders, then GET /orders/NUMBER.
func webHandler(store *client) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		visits, err := store.call(r.Context(), http.MethodPost, "/keys/visits?add=1", "")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		schema, err := store.call(r.Context(), http.MethodGet, "/keys/schema", "")
		if err != nil {
			schema = "none"
		}
		fmt.Fprintf(w, "visits: %s\nschema: %s\n", visits, schema)
	})
	mux.HandleFunc("/orders", func(w http.ResponseWriter, r *http.Request) { order(w, r, store) })
	mux.HandleFunc("/orders/", func(w http.ResponseWriter, r *http.Request) {
		text, err := store.call(r.Context(), http.MethodGet, "/keys/"+strings.TrimPrefix(r.URL.Path, "/"), "")
		if err != nil {
			http.Error(w, "not done yet", http.StatusNotFound)
			return
		}
		io.WriteString(w, text+"\n")
	})
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		if _, err := store.call(r.Context(), http.MethodGet, "/healthz", ""); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, "ok\n")
	})
	return mux
}

func order(w http.ResponseWriter, r *http.Request, store *client) {
	if r.Method != http.MethodPost {
		http.Error(w, "POST an order", http.StatusMethodNotAllowed)
		return
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<10))
	if err != nil {
		http.Error(w, "the order is too long", http.StatusRequestEntityTooLarge)
		return
	}
	number, err := store.call(r.Context(), http.MethodPost, "/keys/orders?add=1", "")
	if err == nil {
		_, err = store.call(r.Context(), http.MethodPost, "/queues/orders", number+" "+string(text))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintln(w, number)
}

// work fills orders until ctx ends. An order that it cannot store goes back into the queue.
func work(ctx context.Context, store *client) error {
	log.Print("waits for orders")
	for ctx.Err() == nil {
		order, err := store.call(ctx, http.MethodDelete, "/queues/orders", "")
		if err != nil {
			if !errors.Is(err, errEmpty) && ctx.Err() == nil {
				log.Print(err)
			}
			pause(ctx, 200*time.Millisecond)
			continue
		}
		number, text, _ := strings.Cut(order, " ")
		if _, err := store.call(ctx, http.MethodPut, "/keys/orders/"+number, strings.ToUpper(text)); err != nil {
			log.Printf("order %s goes back: %v", number, err)
			last, cancel := context.WithTimeout(context.Background(), time.Second)
			_, err = store.call(last, http.MethodPost, "/queues/orders", order)
			cancel()
			if err != nil {
				return fmt.Errorf("order %s is lost: %w", number, err)
			}
			continue
		}
		log.Printf("order %s is done", number)
	}
	return nil
}

const newestSchema = 3

// migrate brings the store from whatever schema it has to the newest, one step after the other, and ends.
func migrate(ctx context.Context, store *client) error {
	text, err := store.call(ctx, http.MethodGet, "/keys/schema", "")
	if err != nil {
		text = "0"
	}
	schema, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("the schema is %q, not a number", text)
	}
	for step := schema + 1; step <= newestSchema; step++ {
		if _, err := store.call(ctx, http.MethodPut, "/keys/schema", strconv.Itoa(step)); err != nil {
			return err
		}
		log.Printf("migrated to schema %d", step)
	}
	log.Printf("the schema is %d", max(schema, newestSchema))
	return nil
}

// relayHandler passes requests on, and tells with /reach?address=HOST:PORT whether a connection from here is possible.
func relayHandler(upstream string) (http.Handler, error) {
	target, err := url.Parse(upstream)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", httputil.NewSingleHostReverseProxy(target))
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("/reach", func(w http.ResponseWriter, r *http.Request) {
		connection, err := net.DialTimeout("tcp", r.URL.Query().Get("address"), time.Second)
		if err != nil {
			io.WriteString(w, "no\n")
			return
		}
		connection.Close()
		io.WriteString(w, "yes\n")
	})
	return mux, nil
}

// siteHandler serves the files of a folder.
func siteHandler(folder string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(folder)))
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	return mux
}

func pause(ctx context.Context, duration time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(duration):
	}
}
