#pragma once
#include "bot/base/result.h"
#include "deploy/sandbox/webhooks.h"
#include "deploy/sandbox/world.h"

#include <string>

namespace tsunagi::sandbox {

/// Why a person cannot do that; shown to whoever drives the control API.
struct Refusal {
    unsigned status;
    std::string reason;
};

/// What a person does on the phone: it appears in the chat and leaves as a webhook.
class PersonActions {
public:
    PersonActions(World& world, WebhookSender& webhooks) : world_(world), webhooks_(webhooks) {}

    /// A message ({"type": "text", ...}, see README.md) or a postback. Gives the line of the chat; for a postback without
    /// displayText, the line that only the transcript shows.
    Result<json, Refusal> send(Channel& channel, const std::string& user_id, const json& what);

    /// Adds the account as a friend, or unblocks it.
    Result<json, Refusal> follow(Channel& channel, const std::string& user_id);
    /// Blocks the account.
    Result<json, Refusal> unfollow(Channel& channel, const std::string& user_id);
    /// Takes back an own message.
    Result<json, Refusal> unsend(Channel& channel, const std::string& user_id, const std::string& message_id);

    /// Sends events as they are given, after filling in what every event has and they lack.
    json send_raw(Channel& channel, const json& events);

private:
    Result<json, Refusal> send_postback(Channel& channel, const std::string& user_id, const json& what);
    void switch_rich_menu(Channel& channel, const std::string& user_id, const std::string& alias, json& postback);
    json event(const Channel& channel, const std::string& user_id, const char* type, std::int64_t at_ms, bool can_reply);

    World& world_;
    WebhookSender& webhooks_;
};

}  // namespace tsunagi::sandbox
