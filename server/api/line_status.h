#pragma once
#include "bot/base/time.h"
#include "server/api/answers.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::api {

/// The month's messages of a LINE channel as LINE itself said at `read_at`.
struct QuotaFigures {
    std::optional<std::int64_t> limit;  ///< nothing: the plan has no limit
    std::int64_t used = 0;
    std::int64_t reserve = 0;           ///< of `limit`: kept for what counselors write
    TimePoint read_at;
};

/// What the desk's manager is told of a LINE channel.
struct ChannelStatus {
    std::string name;
    bool paused = false;                    ///< config says: not a word to LINE
    std::optional<QuotaFigures> quota;      ///< nothing: never read
    std::optional<TimePoint> unanswered_at; ///< LINE was asked since and did not answer
    std::vector<std::string> remarks;       ///< what to mend: words of the catalogue, `line.finding.*`
};

// In the shapes of openapi.yaml's `LineChannel` and `Desk.line_quota`. Pure. Figures of an earlier month (in Japan) say
// nothing of this one and count as not read.

json channel_json(const ChannelStatus& channel, TimePoint now);

/// The channel with the fewest messages left, when nothing or only the reserve is left of it; else null.
json low_quota_json(const std::vector<ChannelStatus>& channels, TimePoint now);

}  // namespace tsunagi::api
