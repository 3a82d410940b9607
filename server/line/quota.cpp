#include "server/line/quota.h"

#include "handoff/roster/japan_time.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tsunagi::line {
namespace {

using nlohmann::json;

Call get(const std::string& channel, const char* path)
{
    return {.channel = channel, .method = http::Method::get, .path = path, .body = {}};
}

std::optional<std::int64_t> count_in(const json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<std::int64_t>();
}

/// LINE counts anew with each month, as Japan's calendar has it (facts.md 70).
std::chrono::year_month month_of(TimePoint instant)
{
    const auto date = handoff::to_japan_time(instant).date();
    return date.year() / date.month();
}

}  // namespace

std::optional<Quota> quota_in(const std::string& quota_body, const std::string& consumption_body, TimePoint now)
{
    const json quota = json::parse(quota_body, nullptr, false);
    const json consumption = json::parse(consumption_body, nullptr, false);
    const auto type = quota.is_object() ? quota.find("type") : quota.end();
    const auto used = count_in(consumption, "totalUsage");
    if (type == quota.end() || !type->is_string() || !used) return std::nullopt;
    Quota read{.limit = std::nullopt, .used = std::max<std::int64_t>(0, *used), .read_at = now};
    if (type->get_ref<const std::string&>() != "limited") return read;
    read.limit = count_in(quota, "value");
    if (!read.limit || *read.limit < 0) return std::nullopt;
    return read;
}

net::awaitable<std::optional<Quota>> QuotaWatch::read(std::string channel)
{
    auto read = co_await ask(channel);
    if (!read) {
        not_answered(channel);
        co_return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    known_[channel] = {*read, std::nullopt};
    co_return read;
}

net::awaitable<std::optional<Quota>> QuotaWatch::ask(std::string channel)
{
    auto ask_quota = get(channel, "/v2/bot/message/quota");
    const auto quota = co_await caller_.call(std::move(ask_quota));
    if (!quota.ok() || quota->status != 200) co_return std::nullopt;
    auto ask_consumption = get(channel, "/v2/bot/message/quota/consumption");
    const auto consumption = co_await caller_.call(std::move(ask_consumption));
    if (!consumption.ok() || consumption->status != 200) co_return std::nullopt;
    co_return quota_in(quota->body, consumption->body, clock_.now());
}

void QuotaWatch::not_answered(const std::string& channel)
{
    const std::lock_guard lock(mutex_);
    known_[channel].unanswered_at = clock_.now();
}

QuotaReading QuotaWatch::reading(const std::string& channel) const
{
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(channel);
    return found == known_.end() ? QuotaReading{} : found->second;
}

std::optional<Quota> QuotaWatch::last(const std::string& channel) const { return reading(channel).newest; }

bool QuotaWatch::bot_may_push(const std::string& channel) const
{
    const auto quota = last(channel);
    const bool is_known = quota && month_of(quota->read_at) == month_of(clock_.now());
    return !is_known || !quota->only_reserve_left();
}

}  // namespace tsunagi::line
