#pragma once
#include "server/line/api.h"
#include "server/store/store.h"
#include "tests/simulation/plan.h"
#include "tests/support/fixed_clock.h"

#include <memory>

namespace tsunagi::simulation {

namespace net = boost::asio;

/// A store that makes `mutant`'s mistake; everything else goes through to `next`.
std::unique_ptr<store::Store> broken_store(store::Store& next, Mutant mutant, testing::SeededRandom& fate);
/// The same for the way to LINE.
std::unique_ptr<line::Api> broken_api(line::Api& next, Mutant mutant, testing::SeededRandom& fate);

}  // namespace tsunagi::simulation
