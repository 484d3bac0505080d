# Who may ask this server what: decisions by their constant paths, and whether it is well. Nothing can be changed or
# listed over HTTP, whoever is on the network.
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
	["v1", "data", "crane", "scaling", "decision"],
	["v1", "data", "crane", "healing", "decision"],
	["v1", "data", "crane", "admission", "decision"],
}
