package crane.admission.lib_test

import data.crane.admission.lib

test_paths_have_one_form if {
	lib.canonical("//var/run/./docker.sock") == "/run/docker.sock"
	lib.canonical("/srv//a/") == "/srv/a"
	lib.canonical("/") == "/"
	lib.canonical("/var/running") == "/var/running"
}

test_a_path_is_within_itself_and_what_is_above_it if {
	lib.is_within("/a/b", "/a/b")
	lib.is_within("/a/b", "/a")
	lib.is_within("/a", "/")
	not lib.is_within("/ab", "/a")
	not lib.is_within("/a", "/a/b")
}

test_sizes if {
	lib.size_of("64m") == 67108864
	lib.size_of("1T") == 1099511627776
	lib.size_of("1.5k") == 1536
	lib.size_of("100") == 100
	not lib.size_of("50%")
	not lib.size_of("much")
}

test_root_has_several_names if {
	every user in ["", "root", "0", "0:0", "root:app", "000"] {
		lib.is_root(user)
	}
	every user in ["1000", "app", "rooted", "10"] {
		not lib.is_root(user)
	}
}
