package system.authz_test

import data.system.authz

ask(method, path) if authz.allow with input as {"method": method, "path": path}

test_decisions_may_be_asked if {
	ask("POST", ["v1", "data", "crane", "scaling", "decision"])
	ask("POST", ["v1", "data", "crane", "healing", "decision"])
	ask("GET", ["health"])
}

test_nothing_else if {
	not ask("PUT", ["v1", "policies", "x"])
	not ask("GET", ["v1", "policies"])
	not ask("GET", ["v1", "data"])
	not ask("PATCH", ["v1", "data", "scaling"])
	not ask("POST", ["v1", "data", "crane", "scaling", "decision", "x"])
	not ask("POST", ["v1", "query"])
	not ask("POST", ["v1", "compile"])
	not ask("GET", ["metrics"])
}
