package main

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

const maxValue = 64 << 10

// store is a small database: texts by key, and queues of texts. Every change is in its file before it is answered.
type store struct {
	path  string
	mutex sync.Mutex
	data  contents
}

type contents struct {
	Keys   map[string]string   `json:"keys"`
	Queues map[string][]string `json:"queues"`
}

func openStore(path string) (*store, error) {
	s := &store{path: path, data: contents{Keys: map[string]string{}, Queues: map[string][]string{}}}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return s, s.write()
	}
	if err != nil {
		return nil, err
	}
	return s, json.Unmarshal(text, &s.data)
}

// write puts the whole contents beside the file and then in its place: a crash leaves the old or the new, never half.
func (s *store) write() error {
	text, err := json.Marshal(s.data)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(s.path), ".store-*")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return os.Rename(file.Name(), s.path)
}

// handler: GET and PUT /keys/NAME, POST /keys/NAME?add=1 (a counter), GET /keys; POST /queues/NAME appends and
// DELETE /queues/NAME takes the oldest. With a password each request but /healthz must bring it as a bearer token.
func (s *store) handler(password string) http.Handler {
	guarded := http.NewServeMux()
	guarded.HandleFunc("/", s.size)
	guarded.HandleFunc("/keys", s.list)
	guarded.HandleFunc("/keys/", s.key)
	guarded.HandleFunc("/queues/", s.queue)
	all := http.NewServeMux()
	all.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	all.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if password != "" && subtle.ConstantTimeCompare([]byte(given), []byte(password)) != 1 {
			http.Error(w, "wrong password", http.StatusUnauthorized)
			return
		}
		guarded.ServeHTTP(w, r)
	})
	return all
}

func (s *store) size(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	io.WriteString(w, "keys: "+strconv.Itoa(len(s.data.Keys))+"\n")
}

func (s *store) list(w http.ResponseWriter, _ *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s.data.Keys)
}

func (s *store) key(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/keys/")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxValue))
	if err != nil {
		http.Error(w, "the value is too large", http.StatusRequestEntityTooLarge)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	value, isKnown := s.data.Keys[name]
	switch r.Method {
	case http.MethodGet:
		if !isKnown {
			http.NotFound(w, r)
			return
		}
	case http.MethodPut:
		value = string(body)
		s.data.Keys[name] = value
		err = s.write()
	case http.MethodPost:
		before, _ := strconv.Atoi(value)
		added, _ := strconv.Atoi(r.URL.Query().Get("add"))
		value = strconv.Itoa(before + added)
		s.data.Keys[name] = value
		err = s.write()
	default:
		http.Error(w, "GET, PUT or POST", http.StatusMethodNotAllowed)
		return
	}
	answer(w, value, err)
}

func (s *store) queue(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/queues/")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxValue))
	if err != nil {
		http.Error(w, "the value is too large", http.StatusRequestEntityTooLarge)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	waiting := s.data.Queues[name]
	switch r.Method {
	case http.MethodPost:
		s.data.Queues[name] = append(waiting, string(body))
		answer(w, string(body), s.write())
	case http.MethodDelete:
		if len(waiting) == 0 {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		s.data.Queues[name] = waiting[1:]
		answer(w, waiting[0], s.write())
	default:
		http.Error(w, "POST or DELETE", http.StatusMethodNotAllowed)
	}
}

func answer(w http.ResponseWriter, text string, err error) {
	if err != nil {
		http.Error(w, "cannot be stored: "+err.Error(), http.StatusInsufficientStorage)
		return
	}
	io.WriteString(w, text)
}
