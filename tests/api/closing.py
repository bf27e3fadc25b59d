# SPDX-License-Identifier: Apache-2.0
"""After all other cases: was every answer as described, and every described answer seen?"""
from cases import expect


def case_every_answer_was_as_described(place):
    expect(not place.description.faults, "\n".join(place.description.faults))


def case_every_described_answer_was_seen(place):
    # The policy of the content makes everybody keep the second factor; src/access tests the other one.
    # tests/signin has an identity provider to be sent to.
    unseen = place.description.described() - place.description.seen - {
        "DELETE /api/account/second-factor", "POST /api/session/provider"}
    expect(not unseen, "described, but nothing was recorded: " + ", ".join(sorted(unseen)))
