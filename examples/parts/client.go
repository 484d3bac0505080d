package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

var errEmpty = errors.New("the queue is empty")

// client talks to the store that STORE names.
type client struct {
	base, password string
	http           *http.Client
}

func withClient(use func(*client) error) error {
	password, err := readPassword()
	if err != nil {
		return err
	}
	base := strings.TrimRight(fromEnv("STORE", "http://store:8080"), "/")
	return use(&client{base: base, password: password, http: &http.Client{Timeout: 3 * time.Second}})
}

// call gives the text that the store answers, or why it did not.
func (c *client) call(ctx context.Context, method, path, body string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	if c.password != "" {
		request.Header.Set("Authorization", "Bearer "+c.password)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	switch {
	case err != nil:
		return "", err
	case answer.StatusCode == http.StatusNoContent:
		return "", errEmpty
	case answer.StatusCode >= 300:
		return "", fmt.Errorf("the store answers %s: %s", answer.Status, strings.TrimSpace(string(text)))
	}
	return string(text), nil
}
