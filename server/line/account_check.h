#pragma once
#include "server/line/caller.h"

#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::line {

/// What LINE says of the account behind a channel (GET /v2/bot/info), beside what config and the desk need of it.
enum class Finding {
    no_answer,           ///< LINE cannot be reached just now
    token_refused,       ///< nothing can be sent
    other_account,       ///< the token belongs to another account than the webhooks: nothing fits
    chat_off,            ///< LINE marks everything as read at once, before a human has seen it
};

/// For the log and /readyz, in an operator's words: what is the matter and what to change in LINE's console. No secret and no id in it.
std::string in_words(Finding finding, const std::string& channel);

/// A stable word: the catalogue's `line.finding.*` says it to the desk.
std::string_view code_of(Finding finding);

/// Whether webhooks and answers cannot work until it is mended.
bool is_grave(Finding finding);

/// Reads `answer` to GET /v2/bot/info against `bot_user_id` of config (empty: not compared). Pure.
std::vector<Finding> judge_account(const Result<http::Response, http::ClientFailure>& answer, const std::string& bot_user_id);

/// Asks LINE and judges. `channel` is a channel_key.
net::awaitable<std::vector<Finding>> check_account(Caller& caller, std::string channel, std::string bot_user_id);

}  // namespace tsunagi::line
