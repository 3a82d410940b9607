#include "server/api/line_status.h"

#include "handoff/roster/japan_time.h"

#include <algorithm>

namespace tsunagi::api {
namespace {

auto month_in_japan(TimePoint at)
{
    const auto date = handoff::to_japan_time(at).date();
    return date.year() / date.month();
}

/// What can be said of this month.
const QuotaFigures* figures_of(const ChannelStatus& channel, TimePoint now)
{
    if (channel.paused || !channel.quota) return nullptr;
    return month_in_japan(channel.quota->read_at) == month_in_japan(now) ? &*channel.quota : nullptr;
}

std::int64_t left_of(const QuotaFigures& figures)
{
    return std::max<std::int64_t>(0, figures.limit.value_or(0) - figures.used);
}

const char* state_of(const ChannelStatus& channel, const QuotaFigures* figures)
{
    if (channel.paused) return "paused";
    if (figures != nullptr) return figures->limit ? "limited" : "unlimited";
    return channel.unanswered_at ? "no_answer" : "not_read";
}

}  // namespace

json channel_json(const ChannelStatus& channel, TimePoint now)
{
    const auto* figures = figures_of(channel, now);
    const bool is_limited = figures != nullptr && figures->limit;
    json value;
    value["name"] = channel.name;
    value["state"] = state_of(channel, figures);
    value["limit"] = is_limited ? json(*figures->limit) : json();
    value["used"] = figures != nullptr ? json(figures->used) : json();
    value["left"] = is_limited ? json(left_of(*figures)) : json();
    value["reserve"] = is_limited ? json(figures->reserve) : json();
    value["read_at"] = figures != nullptr ? json(time_text(figures->read_at)) : json();
    value["unanswered_at"] = channel.unanswered_at ? json(time_text(*channel.unanswered_at)) : json();
    value["remarks"] = channel.remarks;
    return value;
}

json low_quota_json(const std::vector<ChannelStatus>& channels, TimePoint now)
{
    const QuotaFigures* lowest = nullptr;
    for (const auto& channel : channels) {
        const auto* figures = figures_of(channel, now);
        if (figures == nullptr || !figures->limit || left_of(*figures) > figures->reserve) continue;
        if (lowest == nullptr || left_of(*figures) < left_of(*lowest)) lowest = figures;
    }
    if (lowest == nullptr) return {};
    json value;
    value["left"] = left_of(*lowest);
    value["read_at"] = time_text(lowest->read_at);
    return value;
}

}  // namespace tsunagi::api
