#include "server/media/fetch_step.h"

#include "server/media/media_type.h"

#include <algorithm>
#include <cmath>

namespace tsunagi::media {
namespace {

TimePoint later(TimePoint now, Milliseconds longest, std::uint32_t attempts, double jitter)
{
    const double ceiling = std::min<double>(static_cast<double>(longest.count()),
                                            static_cast<double>(fetch_backoff_first.count()) * std::exp2(std::min(attempts, 20U) - 1));
    return now + Milliseconds{static_cast<std::int64_t>(ceiling * (0.5 + 0.5 * jitter))};
}

FetchStep judge(std::string bytes)
{
    if (bytes.size() > bytes_max) return GiveUp{"media.failed.too_large"};
    const auto mime = type_of(bytes);
    if (mime.empty()) return GiveUp{"media.failed.type"};
    return Keep{std::string(mime), std::move(bytes)};
}

}  // namespace

FetchStep after(const store::MediaWork& work, Fetched fetched, std::uint32_t attempts, TimePoint now, double jitter)
{
    const auto age = now - work.created_at;
    switch (fetched.outcome) {
    case FetchOutcome::ready: return judge(std::move(fetched.bytes));
    case FetchOutcome::gone: return GiveUp{"media.failed.gone"};
    case FetchOutcome::unpreparable: return GiveUp{"media.failed.unpreparable"};
    case FetchOutcome::too_large: return GiveUp{"media.failed.too_large"};
    case FetchOutcome::preparing:
        if (age >= preparing_budget) return GiveUp{"media.failed.unpreparable"};
        return FetchAgain{later(now, preparing_pause_longest, attempts, jitter)};
    case FetchOutcome::unauthorized:
    case FetchOutcome::unavailable: break;
    }
    if (age >= fetch_budget) return GiveUp{"media.failed.no_answer"};
    return FetchAgain{later(now, fetch_backoff_longest, attempts, jitter)};
}

}  // namespace tsunagi::media
