# P10: Ports are published on loopback, within a range.
package crane.policies.p10

import data.crane.admission.lib

meta := {"id": "P10", "title": "published ports", "severity": "high"}

params := lib.params("P10")

found contains {"pointer": pointer, "target": target, "address": object.get(binding, "HostIp", ""), "from": from, "to": to} if {
	some target, bindings in object.get(lib.host, "PortBindings", {})
	some i, binding in bindings
	pointer := sprintf("/HostConfig/PortBindings/%s/%d", [replace(target, "/", "~1"), i])
	text := object.get(binding, "HostPort", "")
	regex.match(`^[0-9]+(-[0-9]+)?$`, text)
	parts := split(text, "-")
	from := to_number(parts[0])
	to := to_number(parts[count(parts) - 1])
}

report(item, msg) := {"path": item.pointer, "field": "ports", "seen": item.target, "msg": msg, "fix": fix}

fix := sprintf("Publish a port from %d to %d on 127.0.0.1, or use x-crane.route.", [params.from, params.to])

violation contains report(item, sprintf("%s publishes port %d; allowed are %d to %d", [input.service, item.from, params.from, params.to])) if {
	some item in found
	item.from < params.from
}

violation contains report(item, sprintf("%s publishes port %d; allowed are %d to %d", [input.service, item.to, params.from, params.to])) if {
	some item in found
	item.to > params.to
}

violation contains report(item, sprintf("%s publishes port %d, which is kept for this machine", [input.service, port])) if {
	some item in found
	some port in reserved
	port >= item.from
	port <= item.to
}

reserved := {port | some port in params.reserved} | {port | some port in object.get(input, ["host", "ports"], [])}

violation contains report(item, sprintf("%s publishes %d ports; at most %d are allowed", [input.service, (item.to - item.from) + 1, params.most])) if {
	some item in found
	(item.to - item.from) + 1 > params.most
}

violation contains report(item, sprintf("%s publishes port %d on every address of this machine", [input.service, item.from])) if {
	some item in found
	item.address in {"", "0.0.0.0", "::", "[::]", "*"}
}

violation contains report(item, sprintf("%s publishes port %d on %s; allowed are %s", [input.service, item.from, item.address, concat(", ", sort(params.addresses))])) if {
	some item in found
	not item.address in {"", "0.0.0.0", "::", "[::]", "*"}
	not item.address in params.addresses
}

violation contains {
	"path": sprintf("/HostConfig/PortBindings/%s/%d", [replace(target, "/", "~1"), i]),
	"field": "ports",
	"seen": target,
	"msg": sprintf("%s publishes %s, which is no port", [input.service, text]),
	"fix": fix,
} if {
	some target, bindings in object.get(lib.host, "PortBindings", {})
	some i, binding in bindings
	text := object.get(binding, "HostPort", "")
	not regex.match(`^([0-9]+(-[0-9]+)?)?$`, text)
}
