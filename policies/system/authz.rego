# Who may ask this server what: decisions by their paths, and whether it is well. Policies of people come and go by
# Crane's own token only; nothing else can be changed, and nothing listed, whoever is on the network.
package system.authz

default allow := false

allow if {
	input.method == "GET"
	input.path == ["health"]
}

allow if {
	input.method == "POST"
	input.path in decisions
}

decisions := {
	["v1", "data", "crane", "access", "decision"],
	["v1", "data", "crane", "scaling", "decision"],
	["v1", "data", "crane", "healing", "decision"],
	["v1", "data", "crane", "admission", "decision"],
}

allow if {
	input.method == "POST"
	count(input.path) == 5
	array.slice(input.path, 0, 3) == ["v1", "data", "people"]
	regex.match(module, input.path[3])
	input.path[4] == "crane_answer"
}

allow if {
	input.method in {"PUT", "DELETE"}
	count(input.path) == 3
	array.slice(input.path, 0, 2) == ["v1", "policies"]
	regex.match(module, input.path[2])
	crypto.sha256(input.identity) == data.system.credential
}

module := `^(scaling|healing)_[0-9a-f]{8,64}$`
