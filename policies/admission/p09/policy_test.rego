package crane.policies.p09_test

import data.crane.policies.p09

test_meta_names_the_policy if p09.meta.id == "P09"

test_good_cases_are_let_through if {
	count(data.admission.p09.good) > 0
	every _, example in data.admission.p09.good {
		count(p09.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p09.bad) > 0
	every _, example in data.admission.p09.bad {
		found := p09.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
