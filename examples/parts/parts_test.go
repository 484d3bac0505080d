package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func newShop(t *testing.T, path string) (*client, *httptest.Server) {
	t.Helper()
	store, err := openStore(path)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(store.handler("secret"))
	t.Cleanup(server.Close)
	return &client{base: server.URL, password: "secret", http: server.Client()}, server
}

func get(t *testing.T, server *httptest.Server, path string) (int, string) {
	t.Helper()
	answer, err := http.Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestStoreKeepsItsDataAndItsPassword(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.json")
	store, server := newShop(t, path)
	if _, err := store.call(context.Background(), http.MethodPut, "/keys/a", "one"); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, server, "/keys/a"); status != http.StatusUnauthorized {
		t.Fatalf("without the password: %d", status)
	}
	again, _ := newShop(t, path)
	if text, err := again.call(context.Background(), http.MethodGet, "/keys/a", ""); err != nil || text != "one" {
		t.Fatalf("after a restart: %q, %v", text, err)
	}
}

func TestOrdersAreFilled(t *testing.T) {
	store, _ := newShop(t, filepath.Join(t.TempDir(), "store.json"))
	web := httptest.NewServer(webHandler(store))
	defer web.Close()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- work(ctx, store) }()
	answer, err := http.Post(web.URL+"/orders", "text/plain", strings.NewReader("tea"))
	if err != nil || answer.StatusCode != http.StatusAccepted {
		t.Fatalf("%v %v", answer, err)
	}
	answer.Body.Close()
	deadline := time.Now().Add(5 * time.Second)
	for status, text := get(t, web, "/orders/1"); status != http.StatusOK || text != "TEA\n"; status, text = get(t, web, "/orders/1") {
		if time.Now().After(deadline) {
			t.Fatalf("not filled: %d %q", status, text)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestMigrationEndsAtTheNewestSchemaHoweverOftenItRuns(t *testing.T) {
	store, _ := newShop(t, filepath.Join(t.TempDir(), "store.json"))
	for range 2 {
		if err := migrate(context.Background(), store); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := store.call(context.Background(), http.MethodGet, "/keys/schema", ""); err != nil || text != "3" {
		t.Fatalf("%q, %v", text, err)
	}
}
