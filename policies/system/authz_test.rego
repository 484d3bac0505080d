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

credential := crypto.sha256("secret")

change(method, path, token) if {
	request := {"method": method, "path": path, "identity": token}
	authz.allow with input as request with data.system.credential as credential
}

test_policies_of_people_may_be_asked if {
	ask("POST", ["v1", "data", "people", "scaling_0123456789ab", "crane_answer"])
	not ask("POST", ["v1", "data", "people", "scaling_0123456789ab"])
	not ask("POST", ["v1", "data", "people", "scaling_0123456789ab", "crane_settings"])
	not ask("GET", ["v1", "data", "people", "scaling_0123456789ab", "crane_answer"])
}

test_policies_of_people_come_and_go_by_the_token_only if {
	change("PUT", ["v1", "policies", "scaling_0123456789ab"], "secret")
	change("DELETE", ["v1", "policies", "healing_0123456789ab"], "secret")
	not change("PUT", ["v1", "policies", "scaling_0123456789ab"], "other")
	not ask("PUT", ["v1", "policies", "scaling_0123456789ab"])
	not change("GET", ["v1", "policies", "scaling_0123456789ab"], "secret")
	not change("PUT", ["v1", "policies", "scaling/scaling.rego"], "secret")
	not change("PUT", ["v1", "policies", "system_0123456789ab"], "secret")
	not change("PUT", ["v1", "data", "system"], "secret")
	not change("PATCH", ["v1", "data", "system", "credential"], "secret")
}
