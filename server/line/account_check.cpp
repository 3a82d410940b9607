#include "server/line/account_check.h"

#include "server/line/json_member.h"

namespace tsunagi::line {

using nlohmann::json;

std::string in_words(Finding finding, const std::string& channel)
{
    const std::string subject = "LINE channel " + channel + ": ";
    switch (finding) {
    case Finding::no_answer: return subject + "LINE does not answer; what is to be sent waits.";
    case Finding::token_refused:
        return subject + "LINE refuses our access token. LINE Developers console > Messaging API: issue a token again, or check the "
                         "channel id, secret or key in desk.yaml.";
    case Finding::other_account:
        return subject + "bot_user_id in desk.yaml is not the account that the token belongs to, so webhooks are refused. Take \"Your "
                         "user ID\" of the account's own channel from the LINE Developers console.";
    case Finding::chat_off:
        return subject + "chat is off, so LINE shows every message as read at once. LINE Official Account Manager > Settings > "
                         "Response settings: switch chat on and keep auto-reply and greeting messages off.";
    }
    return subject;
}

std::string_view code_of(Finding finding)
{
    switch (finding) {
    case Finding::no_answer: return "no_answer";
    case Finding::token_refused: return "token_refused";
    case Finding::other_account: return "other_account";
    case Finding::chat_off: return "chat_off";
    }
    return "no_answer";
}

bool is_grave(Finding finding) { return finding == Finding::token_refused || finding == Finding::other_account; }

std::vector<Finding> judge_account(const Result<http::Response, http::ClientFailure>& answer, const std::string& bot_user_id)
{
    if (!answer.ok() || answer.value().status >= 500 || answer.value().status == 429) return {Finding::no_answer};
    if (answer.value().status != 200) return {Finding::token_refused};
    const json info = json::parse(answer.value().body, nullptr, false);
    if (!info.is_object()) return {Finding::no_answer};
    std::vector<Finding> findings;
    if (!bot_user_id.empty() && text_of(info, "userId") != bot_user_id) findings.push_back(Finding::other_account);
    if (text_of(info, "chatMode") == "bot") findings.push_back(Finding::chat_off);
    return findings;
}

net::awaitable<std::vector<Finding>> check_account(Caller& caller, std::string channel, std::string bot_user_id)
{
    Call call{.channel = std::move(channel), .method = http::Method::get, .path = "/v2/bot/info", .body = {}};
    const auto answer = co_await caller.call(std::move(call));
    co_return judge_account(answer, bot_user_id);
}

}  // namespace tsunagi::line
