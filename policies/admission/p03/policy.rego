# P03: Capabilities are dropped, and only harmless ones added.
package crane.policies.p03

import data.crane.admission.lib

meta := {"id": "P03", "title": "capabilities", "severity": "high"}

allowed := {name | some name in lib.params("P03").capabilities}

violation contains {
	"path": sprintf("/HostConfig/CapAdd/%d", [i]),
	"field": "cap_add",
	"seen": name,
	"msg": sprintf("%s adds the capability %s; allowed are %s", [input.service, name, concat(", ", sort(allowed))]),
	"fix": sprintf("Remove %s from cap_add.", [name]),
} if {
	some i, text in object.get(lib.host, "CapAdd", [])
	name := normal(text)
	not name in allowed
}

violation contains {
	"path": "/HostConfig/CapDrop",
	"field": "cap_drop",
	"msg": sprintf("%s does not drop all capabilities before it adds some", [input.service]),
	"fix": "Add cap_drop: [ALL].",
} if {
	lib.host
	object.get(input, ["create", "HostConfig"], null) != null
	not drops_all
	object.get(lib.host, "Privileged", false) == false
}

drops_all if {
	some text in object.get(lib.host, "CapDrop", [])
	normal(text) == "ALL"
}

normal(text) := trim_prefix(upper(trim_space(text)), "CAP_")
