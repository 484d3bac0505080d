package crane.policies.p05_test

import data.crane.policies.p05

test_meta_names_the_policy if p05.meta.id == "P05"

test_good_cases_are_let_through if {
	count(data.admission.p05.good) > 0
	every _, example in data.admission.p05.good {
		count(p05.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p05.bad) > 0
	every _, example in data.admission.p05.bad {
		found := p05.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
