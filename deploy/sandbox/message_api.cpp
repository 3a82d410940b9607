// Sending: reply, push, multicast, broadcast and their validation (facts.md 57-63, 69, 73, 80-84).
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/json_read.h"
#include "deploy/sandbox/message_rules.h"
#include "deploy/sandbox/platform.h"

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t multicast_max = 500;

/// Nothing when the body is right, else LINE's refusal.
std::optional<Answer> check_body(World& world, const Call& call, Checker& checker, const MessageSetting& setting)
{
    checker.accept_loopback_http = world.accept_loopback_http;
    checker.flag(call.body, "", "notificationDisabled");
    check_messages(checker, call.body, setting);
    if (!checker.wrong_type.empty()) return refuse_property(checker.wrong_type);
    if (!checker.problems.empty()) return refuse_body(checker.problems);
    return std::nullopt;
}

void check_aggregation_units(Checker& checker, const json& body)
{
    const json* units = checker.array(body, "", "customAggregationUnits", 0, 1, Presence::optional);
    if (units == nullptr) return;
    for (const json& unit : *units) {
        const std::string name = unit.is_string() ? unit.get<std::string>() : std::string{};
        const bool fits = !name.empty() && name.size() <= 30 &&
                          name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
                              std::string::npos;
        if (!fits) checker.add("customAggregationUnits[0]", "Must match ^[a-zA-Z0-9_]{1,30}$");
    }
}

/// The 409 of a key that was accepted before, or nothing.
std::optional<Answer> accepted_before(World& world, Call& call)
{
    if (call.retry_key.empty()) return std::nullopt;
    const AcceptedRequest* before = world.retry_keys().find(call.channel.id, call.retry_key, now_ms());
    if (before == nullptr) return std::nullopt;
    if (before->body != call.request.body) call.notes.emplace_back("the retry key came with another body before");
    Answer conflict = refuse(409, "The retry key is already accepted");
    if (!before->sent_messages.is_null()) conflict.body["sentMessages"] = before->sent_messages;
    conflict.fields.emplace_back("x-line-accepted-request-id", before->request_id);
    return conflict;
}

void remember(World& world, const Call& call, json sent_messages)
{
    if (call.retry_key.empty()) return;
    AcceptedRequest accepted{now_ms(), call.request_id, call.request.body, std::move(sent_messages)};
    world.remember_accepted(call.channel.id, call.retry_key, std::move(accepted));
}

/// False when the month's messages do not suffice for so many recipients; else they are counted.
bool spend_quota(Channel& channel, std::int64_t recipients)
{
    if (channel.quota.limited && channel.quota.used + recipients > channel.quota.value) return false;
    channel.quota.used += recipients;
    return true;
}

Answer month_is_over() { return refuse(429, "You have reached your monthly limit."); }

Outgoing outgoing(const Call& call, const char* via)
{
    return {call.body.at("messages"), via, call.request_id, flag_of(call.body, "notificationDisabled")};
}

Answer reply(World& world, Call& call)
{
    const std::string token = text_of(call.body, "replyToken");
    const auto chat_id = world.reply_tokens().chat_of(token, call.channel.id, now_ms());
    Checker checker;
    checker.text(call.body, "", "replyToken", 1'000);
    MessageSetting setting;
    setting.can_quote = [&](const std::string& quote) {
        return !chat_id || world.can_quote(call.channel.id, *chat_id, quote);
    };
    if (auto refused = check_body(world, call, checker, setting)) return *refused;
    if (!chat_id) return refuse(400, "Invalid reply token");

    world.reply_tokens().spend(token);
    Answer answer;
    answer.body["sentMessages"] = world.send(call.channel.id, *chat_id, outgoing(call, "reply"));
    if (!world.reaches(call.channel.id, *chat_id)) call.notes.emplace_back("accepted, shown to nobody");
    return answer;
}

Answer push(World& world, Call& call)
{
    if (auto conflict = accepted_before(world, call)) return *conflict;
    const std::string to = text_of(call.body, "to");
    if (!is_chat_id(to)) return refuse_property("to");
    Checker checker;
    check_aggregation_units(checker, call.body);
    MessageSetting setting;
    setting.can_quote = [&](const std::string& quote) { return world.can_quote(call.channel.id, to, quote); };
    if (auto refused = check_body(world, call, checker, setting)) return *refused;
    if (world.person(to) == nullptr) return refuse(400, "Failed to send messages");

    const bool shown = world.reaches(call.channel.id, to);
    if (shown && !spend_quota(call.channel, 1)) return month_is_over();
    Answer answer;
    answer.body["sentMessages"] = world.send(call.channel.id, to, outgoing(call, "push"));
    remember(world, call, answer.body["sentMessages"]);
    if (!shown) call.notes.emplace_back("accepted, shown to nobody");  // facts.md 60: 200 all the same
    return answer;
}

/// Shows the messages to all who can be reached, or refuses when the month's quota is too small for them.
Answer send_to_many(World& world, Call& call, const std::vector<std::string>& people, const char* via)
{
    if (!spend_quota(call.channel, static_cast<std::int64_t>(people.size()))) return month_is_over();
    for (const std::string& person : people) world.send(call.channel.id, person, outgoing(call, via));
    remember(world, call, json());
    return Answer{};
}

Answer multicast(World& world, Call& call)
{
    if (auto conflict = accepted_before(world, call)) return *conflict;
    Checker checker;
    check_aggregation_units(checker, call.body);
    const json* to = checker.array(call.body, "", "to", 1, multicast_max);
    if (auto refused = check_body(world, call, checker, {})) return *refused;

    std::vector<std::string> reached;
    for (std::size_t i = 0; i < to->size(); ++i) {
        const json& id = (*to)[i];
        if (!id.is_string() || !is_user_id(id.get_ref<const std::string&>()))
            return refuse_property("to[" + std::to_string(i) + "]");
        if (world.person(id) != nullptr && world.reaches(call.channel.id, id)) reached.push_back(id);
    }
    if (reached.size() < to->size()) call.notes.emplace_back("shown to fewer people than named");
    return send_to_many(world, call, reached, "multicast");
}

Answer broadcast(World& world, Call& call)
{
    if (auto conflict = accepted_before(world, call)) return *conflict;
    Checker checker;
    if (auto refused = check_body(world, call, checker, {})) return *refused;
    std::vector<std::string> friends;
    for (const auto& [user_id, person] : world.people()) {
        const Chat* chat = world.find_chat(call.channel.id, user_id);
        if (chat != nullptr && chat->is_friend && !chat->blocked) friends.push_back(user_id);
    }
    return send_to_many(world, call, friends, "broadcast");
}

Answer validate_quotable(World& world, Call& call)
{
    Checker checker;
    MessageSetting setting;
    setting.can_quote = [](const std::string&) { return true; };  // no chat is named, so no token can be wrong
    return check_body(world, call, checker, setting).value_or(Answer{});
}

Answer validate(World& world, Call& call)
{
    Checker checker;
    return check_body(world, call, checker, {}).value_or(Answer{});
}

}  // namespace

const std::vector<Endpoint> message_endpoints{
    {http::Method::post, "/v2/bot/message/reply", reply, Wants::json_body},
    {http::Method::post, "/v2/bot/message/push", push, Wants::json_body | Wants::retry_key},
    {http::Method::post, "/v2/bot/message/multicast", multicast, Wants::json_body | Wants::retry_key},
    {http::Method::post, "/v2/bot/message/broadcast", broadcast, Wants::json_body | Wants::retry_key},
    {http::Method::post, "/v2/bot/message/validate/reply", validate_quotable, Wants::json_body},
    {http::Method::post, "/v2/bot/message/validate/push", validate_quotable, Wants::json_body},
    {http::Method::post, "/v2/bot/message/validate/multicast", validate, Wants::json_body},
    {http::Method::post, "/v2/bot/message/validate/narrowcast", validate, Wants::json_body},
    {http::Method::post, "/v2/bot/message/validate/broadcast", validate, Wants::json_body},
};

}  // namespace tsunagi::sandbox
