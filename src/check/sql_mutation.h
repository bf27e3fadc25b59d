// SPDX-License-Identifier: Apache-2.0
// The negation test of a check: every comparison and every deciding constant is altered, one at a
// time, and an example must then give another status.
//
// What is altered:
//  - comparisons: = <> (each to the other), < <= > >= (to its neighbour and to its opposite), IN,
//  LIKE,
//    GLOB, REGEXP, BETWEEN, IS [NOT] NULL (to their negation and back);
//  - whole numbers: one more and one less; other numbers: one more;
//  - texts, patterns and members of IN lists: a control character that stands in no fact;
//  - status words: another status.
// What is not, because it only words, orders or names something: every column but `status` of a
// SELECT that gives a status; among the columns of any other SELECT the texts joined with || and
// Chinese texts that nothing is compared with; separators of group_concat; ORDER BY and LIMIT; the
// constant of EXISTS (SELECT 1 …).
// Of the short form the values themselves are altered: bounds by one, members, key constants, the
// status for an absent row, the program.
#pragma once

#include <string>
#include <vector>

#include "check/check.h"

namespace dengce::check {

struct Mutant {
  std::string what;          // "<= → <"
  std::int64_t line = 0;     // of the file, 0 if unknown
  std::size_t position = 0;  // byte of the SQL
  std::string sql;
};

std::vector<Mutant> mutants(const Check& check);

}  // namespace dengce::check
