package crane.policies.p08_test

import data.crane.policies.p08

test_meta_names_the_policy if p08.meta.id == "P08"

test_good_cases_are_let_through if {
	count(data.admission.p08.good) > 0
	every _, example in data.admission.p08.good {
		count(p08.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p08.bad) > 0
	every _, example in data.admission.p08.bad {
		found := p08.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
