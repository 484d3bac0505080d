package crane.policies.p01_test

import data.crane.policies.p01

test_meta_names_the_policy if p01.meta.id == "P01"

test_good_cases_are_let_through if {
	count(data.admission.p01.good) > 0
	every _, example in data.admission.p01.good {
		count(p01.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p01.bad) > 0
	every _, example in data.admission.p01.bad {
		found := p01.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
