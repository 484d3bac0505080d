package crane.policies.p04_test

import data.crane.policies.p04

test_meta_names_the_policy if p04.meta.id == "P04"

test_good_cases_are_let_through if {
	count(data.admission.p04.good) > 0
	every _, example in data.admission.p04.good {
		count(p04.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p04.bad) > 0
	every _, example in data.admission.p04.bad {
		found := p04.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
