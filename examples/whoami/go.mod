module crane.local/examples/whoami

go 1.22
