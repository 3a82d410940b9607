#include "server/line/profiles.h"

#include "bot/base/text.h"
#include "server/line/api.h"
#include "server/line/user_id.h"

#include <nlohmann/json.hpp>

namespace tsunagi::line {
namespace {

/// More people than this in one day, and the oldest questions are forgotten: they may be asked again.
constexpr std::size_t asked_max = 20'000;

}  // namespace

std::string name_in_profile(const std::string& body)
{
    const auto profile = nlohmann::json::parse(body, nullptr, false);
    const auto name = profile.is_object() ? profile.find("displayName") : profile.end();
    if (name == profile.end() || !name->is_string()) return {};
    std::string shown;
    const std::string& given = name->get_ref<const std::string&>();
    for (std::size_t at = 0; at < given.size();) {
        const char32_t letter = next_code_point(given, at);
        if (letter >= 0x20 && letter != 0x7F && !(letter >= 0x202A && letter <= 0x202E)) append_code_point(shown, letter);
    }
    return std::string(prefix_graphemes(shown, nickname_clusters_max));
}

bool Profiles::wanted(const bot::Conversation& conversation)
{
    if (!conversation.nickname.empty() || conversation.address.kind != bot::ChannelKind::line) return false;
    if (!conversation.reachable || !is_user_id(conversation.address.user)) return false;  // LINE forbids asking for nobody
    const auto now = desks_.clock().now();
    const std::lock_guard lock(mutex_);
    if (asked_.size() >= asked_max) std::erase_if(asked_, [&](const auto& one) { return now - one.second >= profile_retry_interval; });
    if (asked_.size() >= asked_max) asked_.clear();
    const auto [asked, is_first] = asked_.try_emplace(conversation.id, now);
    if (is_first) return true;
    if (now - asked->second < profile_retry_interval) return false;
    asked->second = now;
    return true;
}

net::awaitable<void> Profiles::learn(bot::Conversation conversation)
{
    Call call{.channel = channel_key(conversation.desk, conversation.address.channel), .method = http::Method::get,
              .path = "/v2/bot/profile/" + conversation.address.user, .body = {}};
    const auto answer = co_await caller_.call(std::move(call));
    if (!answer.ok() || answer->status != 200) co_return;
    std::string name = name_in_profile(answer->body);
    if (name.empty()) co_return;
    auto edit = [name](bot::Conversation& known) {
        if (!known.nickname.empty()) return false;
        known.nickname = name;
        return true;
    };
    co_await desks_.amend(conversation.desk, conversation.id, std::move(edit));
}

}  // namespace tsunagi::line
