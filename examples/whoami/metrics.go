package main

import (
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Upper bounds in seconds.
var latencyBounds = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// metrics counts requests and writes them in Prometheus's text format 0.0.4.
type metrics struct {
	startedAt time.Time
	inFlight  atomic.Int64

	mutex   sync.Mutex
	byCode  map[int]uint64
	buckets []uint64
	seconds float64
	total   uint64
}

func newMetrics(startedAt time.Time) *metrics {
	return &metrics{startedAt: startedAt, byCode: map[int]uint64{}, buckets: make([]uint64, len(latencyBounds))}
}

func (m *metrics) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.inFlight.Add(1)
		defer m.inFlight.Add(-1)
		startedAt := time.Now()
		recorder := &codeRecorder{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(recorder, r)
		m.observe(recorder.code, time.Since(startedAt).Seconds())
	})
}

func (m *metrics) observe(code int, seconds float64) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.byCode[code]++
	m.total++
	m.seconds += seconds
	if at := sort.SearchFloat64s(latencyBounds, seconds); at < len(m.buckets) {
		m.buckets[at]++
	}
}

func (m *metrics) write(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.mutex.Lock()
	defer m.mutex.Unlock()
	head(w, "http_requests_total", "counter", "Requests answered, by status code.")
	codes := make([]int, 0, len(m.byCode))
	for code := range m.byCode {
		codes = append(codes, code)
	}
	sort.Ints(codes)
	for _, code := range codes {
		fmt.Fprintf(w, "http_requests_total{code=\"%d\"} %d\n", code, m.byCode[code])
	}
	head(w, "http_request_duration_seconds", "histogram", "Time from a request's header to the end of its answer.")
	below := uint64(0)
	for at, bound := range latencyBounds {
		below += m.buckets[at]
		fmt.Fprintf(w, "http_request_duration_seconds_bucket{le=%q} %d\n", number(bound), below)
	}
	fmt.Fprintf(w, "http_request_duration_seconds_bucket{le=\"+Inf\"} %d\n", m.total)
	fmt.Fprintf(w, "http_request_duration_seconds_sum %s\n", number(m.seconds))
	fmt.Fprintf(w, "http_request_duration_seconds_count %d\n", m.total)
	head(w, "http_requests_in_flight", "gauge", "Requests being answered now.")
	fmt.Fprintf(w, "http_requests_in_flight %d\n", m.inFlight.Load())
	head(w, "process_start_time_seconds", "gauge", "Start of the process, in seconds since the epoch.")
	fmt.Fprintf(w, "process_start_time_seconds %s\n", number(float64(m.startedAt.UnixMilli())/1000))
}

func head(w http.ResponseWriter, name, kind, help string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func number(value float64) string {
	return strconv.FormatFloat(value, 'f', -1, 64)
}

type codeRecorder struct {
	http.ResponseWriter
	code int
}

func (r *codeRecorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *codeRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
