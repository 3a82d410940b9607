#pragma once
#include "server/media/source.h"
#include "server/store/records.h"

#include <chrono>
#include <string>
#include <variant>

namespace tsunagi::media {

// The rules of fetching, without the fetching: values in, values out.

/// LINE deletes media after an unpublished time (facts.md 45): what could not be had in a day will not come.
constexpr std::chrono::hours fetch_budget{24};
/// A large video is made ready within minutes; longer and something is wrong with it.
constexpr std::chrono::minutes preparing_budget{30};
constexpr std::chrono::milliseconds fetch_backoff_first{1'000};
constexpr std::chrono::milliseconds fetch_backoff_longest{10 * 60'000};
constexpr std::chrono::milliseconds preparing_pause_longest{15'000};

/// Kept: the bytes and what they are.
struct Keep {
    std::string mime;
    std::string bytes;
};
/// Not to be had; `why` is a key of the catalogue (`media.failed.*`), shown to the counselor.
struct GiveUp {
    std::string why;
};
struct FetchAgain {
    TimePoint at;
};
using FetchStep = std::variant<Keep, GiveUp, FetchAgain>;

/// What follows from the `attempts`-th attempt. `jitter` is in [0, 1).
FetchStep after(const store::MediaWork& work, Fetched fetched, std::uint32_t attempts, TimePoint now, double jitter);

}  // namespace tsunagi::media
