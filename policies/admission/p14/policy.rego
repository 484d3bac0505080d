# P14: An image is named so that it stays the same.
package crane.policies.p14

meta := {"id": "P14", "title": "moving image", "severity": "low"}

violation contains {
	"path": "/Image",
	"field": "image",
	"msg": sprintf("%s names its image %s: %s", [input.service, substring(input.ref, 0, 120), why]),
	"fix": "Name a version and its digest: image: name:1.2.3@sha256:…",
} if {
	input.ref
	not input.isBuilt
	why
}

why := "what it is changes with time" if {
	not contains(input.ref, "@sha256:")
	tag in {"", "latest"}
}

why := "a tag can be moved to another image" if {
	not contains(input.ref, "@sha256:")
	not tag in {"", "latest"}
}

last := regex.replace(input.ref, `^.*/`, "")

tag := regex.replace(last, `^[^:]*:?`, "")
