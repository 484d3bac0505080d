# What the admission policies share: parameters, and names brought to one form before they are judged.
package crane.admission.lib

# Parameters of a policy as shipped, with what an administrator changed.
params(id) := object.union(
	object.get(data.admission.params, id, {}),
	object.get(input, ["settings", "params", id], {}),
)

host := object.get(input, ["create", "HostConfig"], {})

# An absolute path in one form: no `//`, no `.`, no trailing slash; `/var/run` is `/run`.
canonical(path) := replaced if {
	parts := [part | some part in split(path, "/"); not part in {"", "."}]
	plain := concat("", ["/", concat("/", parts)])
	replaced := regex.replace(plain, `^/var/run(/|$)`, "/run$1")
}

is_within(path, folder) if canonical(path) == canonical(folder)

is_within(path, folder) if startswith(canonical(path), concat("", [trim_right(canonical(folder), "/"), "/"]))

# All paths of the machine that the instance gets to see: as written, and where they lead.
sources contains {
	"pointer": sprintf("/HostConfig/Binds/%d", [i]),
	"path": parts[0],
	"target": parts[1],
	"options": [option | some rest in array.slice(parts, 2, count(parts)); some option in split(rest, ",")],
} if {
	some i, text in object.get(host, "Binds", [])
	parts := split(text, ":")
	startswith(parts[0], "/")
}

sources contains {"pointer": sprintf("/HostConfig/Mounts/%d", [i]), "path": mount.Source, "target": mount.Target, "options": []} if {
	some i, mount in object.get(host, "Mounts", [])
	mount.Type == "bind"
}

# A volume whose data is a folder of the machine is a bind under another name.
sources contains {"pointer": sprintf("/volumes/%s", [name]), "path": device, "target": name, "options": []} if {
	some name, volume in object.get(input, "volumes", {})
	device := object.get(volume, ["options", "device"], "")
	startswith(device, "/")
}

# Where a path really leads; the path itself when nobody looked.
places(path) := {path} | {real | some item in object.get(input, "paths", []); item.path == path; real := item.real}

# `1g`, `64m`, `100` in bytes; a share of the memory or no number at all is undefined.
size_of(text) := floor(to_number(number) * factors[unit]) if {
	found := regex.find_all_string_submatch_n(`^\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgtp]?)i?b?\s*$`, lower(text), 1)
	[_, number, unit] := found[0]
}

factors := {"": 1, "k": 1024, "m": 1048576, "g": 1073741824, "t": 1099511627776, "p": 1125899906842624}

is_root(user) if trim_space(split(user, ":")[0]) in {"", "0", "root"}

is_root(user) if regex.match(`^\s*0+\s*$`, split(user, ":")[0])
