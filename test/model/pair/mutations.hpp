// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <ostream>
#include <utility>
#include <vector>

#include "decider.hpp"
#include "plan.hpp"

namespace pgtwin::test::pair
{

/// Collects mutations.
class Mutations
{
public:
    void before(std::string name, Mutation::Before change) { add(std::move(name), std::move(change), {}); }
    void after(std::string name, Mutation::After change) { add(std::move(name), {}, std::move(change)); }
    void add(std::string name, Mutation::Before first, Mutation::After then)
    {
        all.push_back({std::move(name), std::move(first), std::move(then)});
    }
    std::vector<Mutation> all;
};

/// R5, R6, R10 and R11 broken.
void add_mutations_of_sync(Mutations& all);
/// R0 to R4, R7 to R9 broken.
void add_mutations_of_promotion(Mutations& all);

/// One rule broken, and the smallest plan that finds it.
struct Mutant
{
    Mutation mutation;
    Plan plan;
    bool is_of_before = false; ///< the world in which the search begins was made with it
    bool is_harmless = false;  ///< another rule keeps the promise alone
    friend std::ostream& operator<<(std::ostream& out, const Mutant& mutant) { return out << mutant.mutation.name; }
};

/// Every rule of doc/safety.md whose absence breaks a promise, and the holes H1 to H12 of its first version.
[[nodiscard]] std::vector<Mutant> mutants();

} // namespace pgtwin::test::pair
