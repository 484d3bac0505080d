# P07: Folders of the machine stay outside, but for the project's own.
package crane.policies.p07

import data.crane.admission.lib

meta := {"id": "P07", "title": "folders of the machine", "severity": "high"}

violation contains {
	"path": source.pointer,
	"field": "volumes",
	"seen": source.target,
	"msg": sprintf("%s mounts %s of this machine; allowed: %s", [input.service, place, allowed_text]),
	"fix": "Use a named volume, or a folder inside the project's.",
} if {
	some source in lib.sources
	some place in lib.places(source.path)
	not is_allowed(place)
}

is_allowed(place) if {
	some folder in folders
	lib.is_within(place, folder)
	not contains(place, "/../")
}

folders contains lib.params("P07").folders[_]

# The folder of the project counts where its owner may have one: who sends a file says where it lies.
folders contains input.project.root if input.actor.role == "admin"

folders contains input.project.root if {
	some folder in lib.params("P07").projects
	lib.is_within(input.project.root, folder)
}

default allowed_text := "none"

allowed_text := concat(", ", [sprintf("paths under %s", [folder]) | some folder in sort(folders)]) if count(folders) > 0

violation contains {
	"path": source.pointer,
	"field": "volumes",
	"seen": source.target,
	"msg": sprintf("%s mounts %s of this machine, a path that changes its owner by what it is relabelled to", [input.service, source.path]),
	"fix": "Remove the options z and Z from folders that are not the app's alone.",
} if {
	some source in lib.sources
	some option in source.options
	option in {"z", "Z"}
	not is_allowed(source.path)
}
