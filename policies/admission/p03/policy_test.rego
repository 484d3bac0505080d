package crane.policies.p03_test

import data.crane.policies.p03

test_meta_names_the_policy if p03.meta.id == "P03"

test_good_cases_are_let_through if {
	count(data.admission.p03.good) > 0
	every _, example in data.admission.p03.good {
		count(p03.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p03.bad) > 0
	every _, example in data.admission.p03.bad {
		found := p03.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
