#pragma once
#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tsunagi::sandbox {

using json = nlohmann::json;

/// How many messages an account may push a month. `used` counts recipients, replies are free (facts.md 69).
struct Quota {
    bool limited = false;
    std::int64_t value = 0;
    std::int64_t used = 0;
};

/// The menu under a chat. `image` is empty until it is uploaded, and only then may the menu be linked.
struct RichMenu {
    std::string id;
    json definition;
    std::string image_type;
    std::string image;
};

struct RichMenus {
    std::vector<RichMenu> menus;                 ///< newest first, as LINE lists them
    std::map<std::string, std::string> aliases;  ///< alias -> menu id
    std::string default_id;
    std::map<std::string, std::string> linked;  ///< user id -> menu id
};

/// One official account with its Messaging API channel.
struct Channel {
    std::string id;      ///< channel id, decimal: the client_id of token requests
    std::string name;    ///< display name of the account
    std::string secret;  ///< channel secret, as text
    std::string bot_user_id;
    std::string basic_id;
    std::string webhook_url;
    bool webhook_active = true;
    bool chat_on = true;    ///< response setting "Chat": read marks are set by the bot (facts.md 75)
    bool verified = true;   ///< a verified account may list its followers (facts.md 93)
    Quota quota;
    RichMenus rich_menus;
};

/// Somebody who holds a phone. The id is the same for all channels: they belong to one provider (facts.md 20).
struct Person {
    std::string user_id;
    std::string name;
    std::string language = "ja";
};

/// One line of a chat, in the order it happened. `content` is the LINE message object (of the webhook or of the request).
struct Entry {
    std::int64_t seq = 0;  ///< grows over all chats
    std::string kind;      ///< message, postback, follow, unfollow
    bool from_person = false;
    std::string id;  ///< message id; empty when the line is no message
    std::int64_t at_ms = 0;
    json content;
    std::string via;         ///< of the bot: reply, push, multicast, broadcast
    std::string request_id;  ///< of the bot: the x-line-request-id that brought it
    std::string quote_token;
    bool silent = false;
    bool unsent = false;
    bool read = false;
};

/// What one person and one channel have with each other.
struct Chat {
    bool is_friend = false;
    bool blocked = false;
    std::int64_t last_wrote_ms = 0;  ///< a stranger who wrote can be pushed to for seven days (facts.md 61)
    std::int64_t loading_until_ms = 0;
    std::map<std::int64_t, Entry> entries;
};

json to_json(const Person& person);
json to_json(const Entry& entry);
Entry entry_from(const json& record);

/// Menus, aliases and links without the pictures.
json to_json(const RichMenus& menus);

}  // namespace tsunagi::sandbox
