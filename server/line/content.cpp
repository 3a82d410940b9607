#include "server/line/content.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tsunagi::line {
namespace {

using media::Fetched;
using media::FetchOutcome;

/// The id becomes part of a path: LINE's are decimal numbers (facts.md 21).
bool is_message_id(const std::string& id)
{
    constexpr std::size_t digits_max = 64;
    return !id.empty() && id.size() <= digits_max &&
           std::all_of(id.begin(), id.end(), [](unsigned char c) { return c >= '0' && c <= '9'; });
}

FetchOutcome outcome_of(unsigned status)
{
    switch (status) {
    case 200: return FetchOutcome::ready;
    case 202: return FetchOutcome::preparing;
    case 400:
    case 404:
    case 410: return FetchOutcome::gone;
    case 401:
    case 403: return FetchOutcome::unauthorized;
    default: return FetchOutcome::unavailable;
    }
}

FetchOutcome outcome_of(http::ClientFailure failure)
{
    return failure == http::ClientFailure::too_large ? FetchOutcome::too_large : FetchOutcome::unavailable;
}

}  // namespace

net::awaitable<Fetched> Content::fetch(std::string channel, std::string message_id)
{
    if (!is_message_id(message_id)) co_return Fetched{FetchOutcome::gone, {}};
    const std::string path = "/v2/bot/message/" + message_id + "/content";
    Call call{.channel = channel, .host = Host::data, .method = http::Method::get, .path = path, .body = {}};
    auto answer = co_await caller_.call(std::move(call));
    if (!answer.ok()) co_return Fetched{outcome_of(answer.error()), {}};
    Fetched fetched{outcome_of(answer->status), {}};
    if (fetched.outcome == FetchOutcome::ready) fetched.bytes = std::move(answer->body);
    if (fetched.outcome != FetchOutcome::preparing) co_return fetched;
    const bool never = co_await will_never_be_ready(std::move(channel), path);
    if (never) fetched.outcome = FetchOutcome::unpreparable;
    co_return fetched;
}

net::awaitable<bool> Content::will_never_be_ready(std::string channel, std::string path)
{
    Call call{.channel = std::move(channel), .host = Host::data, .method = http::Method::get, .path = path + "/transcoding", .body = {}};
    const auto answer = co_await caller_.call(std::move(call));
    if (!answer.ok() || answer->status != 200) co_return false;
    const auto said = nlohmann::json::parse(answer.value().body, nullptr, false);
    const auto status = said.is_object() ? said.find("status") : said.end();
    co_return status != said.end() && status->is_string() && status->get_ref<const std::string&>() == "failed";
}

}  // namespace tsunagi::line
