package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func get(t *testing.T, handler http.Handler, target string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, target, nil))
	return recorder
}

func TestRootTellsWhoAnswered(t *testing.T) {
	handler := newApp("host-1", "shop", time.Now()).handler()
	request := httptest.NewRequest(http.MethodGet, "/?q=1", nil)
	request.Header.Set("X-Test", "yes")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	body := recorder.Body.String()
	for _, line := range []string{"Name: shop\n", "Hostname: host-1\n", "GET /?q=1 HTTP/1.1\n", "Host: example.com\n", "X-Test: yes\n"} {
		if !strings.Contains(body, line) {
			t.Errorf("the answer lacks %q:\n%s", line, body)
		}
	}
	if recorder.Header().Get("X-Instance") != "host-1" {
		t.Errorf("X-Instance is %q", recorder.Header().Get("X-Instance"))
	}
}

func TestAPIAnswersJSON(t *testing.T) {
	recorder := get(t, newApp("host-1", "", time.Now()).handler(), "/api")
	var who identity
	if err := json.Unmarshal(recorder.Body.Bytes(), &who); err != nil {
		t.Fatal(err)
	}
	if who.Hostname != "host-1" || who.URL != "/api" || !slices.Contains(who.Addresses, "127.0.0.1") {
		t.Errorf("unexpected identity %+v", who)
	}
}

func TestUnknownPathIsNotFound(t *testing.T) {
	if code := get(t, newApp("h", "", time.Now()).handler(), "/nothing").Code; code != http.StatusNotFound {
		t.Errorf("code %d", code)
	}
}

func TestHealthFailsAfterFail(t *testing.T) {
	handler := newApp("h", "", time.Now()).handler()
	if code := get(t, handler, "/healthz").Code; code != http.StatusOK {
		t.Fatalf("healthy at first: code %d", code)
	}
	get(t, handler, "/fail")
	if code := get(t, handler, "/healthz").Code; code != http.StatusServiceUnavailable {
		t.Errorf("after /fail: code %d", code)
	}
	if code := get(t, handler, "/").Code; code != http.StatusOK {
		t.Errorf("/ after /fail: code %d", code)
	}
}

func TestBadNumbersAreRefusedAndLargeOnesCapped(t *testing.T) {
	handler := newApp("h", "", time.Now()).handler()
	for _, target := range []string{"/burn", "/burn?ms=x", "/sleep?ms=-1", "/alloc?mb=1.5"} {
		if code := get(t, handler, target).Code; code != http.StatusBadRequest {
			t.Errorf("%s: code %d", target, code)
		}
	}
	recorder := httptest.NewRecorder()
	if number, ok := readNumber(recorder, map[string][]string{"mb": {"99999"}}, "mb", maxMegabyte); !ok || number != maxMegabyte {
		t.Errorf("capped to %d, %t", number, ok)
	}
}

func TestBurnTakesAboutAsLongAsAsked(t *testing.T) {
	startedAt := time.Now()
	get(t, newApp("h", "", time.Now()).handler(), "/burn?ms=30")
	if took := time.Since(startedAt); took < 30*time.Millisecond {
		t.Errorf("took %s", took)
	}
}

func TestAllocHoldsAndLetsGo(t *testing.T) {
	app := newApp("h", "", time.Now())
	handler := app.handler()
	get(t, handler, "/alloc?mb=3")
	if len(app.held) != 3<<20 {
		t.Errorf("holds %d bytes", len(app.held))
	}
	get(t, handler, "/alloc?mb=0")
	if len(app.held) != 0 {
		t.Errorf("still holds %d bytes", len(app.held))
	}
}

func TestMetricsCountRequestsButNotProbesOrScrapes(t *testing.T) {
	handler := newApp("h", "", time.UnixMilli(1_500)).handler()
	get(t, handler, "/")
	get(t, handler, "/")
	get(t, handler, "/nothing")
	get(t, handler, "/healthz")
	recorder := get(t, handler, "/metrics")
	body := recorder.Body.String()
	for _, line := range []string{
		"# TYPE http_requests_total counter\n",
		"http_requests_total{code=\"200\"} 2\n",
		"http_requests_total{code=\"404\"} 1\n",
		"http_request_duration_seconds_bucket{le=\"10\"} 3\n",
		"http_request_duration_seconds_bucket{le=\"+Inf\"} 3\n",
		"http_request_duration_seconds_count 3\n",
		"http_requests_in_flight 0\n",
		"process_start_time_seconds 1.5\n",
	} {
		if !strings.Contains(body, line) {
			t.Errorf("metrics lack %q:\n%s", line, body)
		}
	}
	if kind := recorder.Header().Get("Content-Type"); !strings.HasPrefix(kind, "text/plain; version=0.0.4") {
		t.Errorf("Content-Type %q", kind)
	}
}

func TestBucketsAreCumulative(t *testing.T) {
	metrics := newMetrics(time.Now())
	for _, seconds := range []float64{0.001, 0.002, 99} {
		metrics.observe(200, seconds)
	}
	recorder := httptest.NewRecorder()
	metrics.write(recorder, nil)
	for _, line := range []string{"{le=\"0.001\"} 1\n", "{le=\"0.0025\"} 2\n", "{le=\"10\"} 2\n", "{le=\"+Inf\"} 3\n"} {
		if !strings.Contains(recorder.Body.String(), line) {
			t.Errorf("buckets lack %q:\n%s", line, recorder.Body.String())
		}
	}
}

// listen starts serve on a free loopback port; stop asks it to end, and done tells how it ended.
func listen(t *testing.T, app *app) (address string, stop context.CancelFunc, done chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done = make(chan error, 1)
	go func() { done <- serve(ctx, listener, app, 20*time.Millisecond, 5*time.Second) }()
	t.Cleanup(stop)
	return "http://" + listener.Addr().String(), stop, done
}

func TestStoppingLetsRequestsInFlightEndAndClosesTheirConnections(t *testing.T) {
	app := newApp("h", "", time.Now())
	address, stop, done := listen(t, app)
	type answer struct {
		response *http.Response
		err      error
	}
	answers := make(chan answer, 1)
	go func() {
		response, err := http.Get(address + "/sleep?ms=300")
		answers <- answer{response, err}
	}()
	for app.metrics.inFlight.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	stop()
	got := <-answers
	if got.err != nil {
		t.Fatal(got.err)
	}
	defer got.response.Body.Close()
	if body, _ := io.ReadAll(got.response.Body); string(body) != "slept 300 ms\n" {
		t.Errorf("body %q", body)
	}
	if err := <-done; err != nil {
		t.Errorf("ended with %v", err)
	}
	if _, err := http.Get(address); err == nil {
		t.Error("a stopped server still answers")
	}
}

func TestAStoppingInstanceIsUnhealthyAndClosesConnections(t *testing.T) {
	app := newApp("h", "", time.Now())
	app.isStopping.Store(true)
	handler := app.handler()
	if code := get(t, handler, "/healthz").Code; code != http.StatusServiceUnavailable {
		t.Errorf("health %d", code)
	}
	if connection := get(t, handler, "/").Header().Get("Connection"); connection != "close" {
		t.Errorf("Connection %q", connection)
	}
}

func TestFailWithExitAnswersAndEndsWithAnError(t *testing.T) {
	address, _, done := listen(t, newApp("h", "", time.Now()))
	response, err := http.Post(address+"/fail?exit=1", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "exiting\n" {
		t.Errorf("body %q, %v", body, err)
	}
	if err := <-done; err == nil {
		t.Error("ended without an error")
	}
}

func TestEnvironmentHasADefault(t *testing.T) {
	t.Setenv("PORT", "")
	if port := fromEnv("PORT", "8080"); port != "8080" {
		t.Errorf("port %q", port)
	}
	_ = os.Setenv("PORT", "9090")
	if port := fromEnv("PORT", "8080"); port != "9090" {
		t.Errorf("port %q", port)
	}
}
