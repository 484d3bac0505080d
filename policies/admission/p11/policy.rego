# P11: Processes have a user of their own.
package crane.policies.p11

import data.crane.admission.lib

meta := {"id": "P11", "title": "runs as root", "severity": "medium"}

# The image's own user counts where the file names none; before the image is known nothing is said.
user := input.create.User if input.create.User

user := input.image.user if not input.create.User

violation contains {
	"path": "/User",
	"field": "user",
	"msg": sprintf("%s runs as root (%s)", [input.service, whence]),
	"fix": "Set user: to one that is not root, or use an image that has one.",
} if {
	lib.is_root(user)
}

whence := sprintf("user: %s", [input.create.User]) if input.create.User

whence := "its image names no other user" if not input.create.User

violation contains {
	"path": "/User",
	"field": "user",
	"msg": sprintf("a command in %s is to run as root", [input.service]),
	"fix": "Leave the user out: the command runs as the instance's own.",
} if {
	asked := input.exec.user
	is_string(asked)
	lib.is_root(asked)
}
