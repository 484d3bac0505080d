package crane.policies.p02_test

import data.crane.policies.p02

test_meta_names_the_policy if p02.meta.id == "P02"

test_good_cases_are_let_through if {
	count(data.admission.p02.good) > 0
	every _, example in data.admission.p02.good {
		count(p02.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p02.bad) > 0
	every _, example in data.admission.p02.bad {
		found := p02.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
