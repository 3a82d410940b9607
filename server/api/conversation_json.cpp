#include "server/api/conversation_json.h"

#include "bot/base/text.h"
#include "bot/safety/hearing.h"
#include "handoff/roster/capacity.h"
#include "server/api/accounts.h"
#include "server/api/answer_label.h"
#include "server/api/contact_hours.h"
#include "server/api/entry_json.h"
#include "server/api/permissions.h"

#include <algorithm>
#include <array>

namespace tsunagi::api {
namespace {

constexpr std::size_t preview_units_max = 120;
constexpr std::array priority_words{"normal", "soon", "high", "emergency"};

const char* holder_word(bot::HolderKind kind)
{
    switch (kind) {
    case bot::HolderKind::bot: return "bot";
    case bot::HolderKind::queue: return "queue";
    case bot::HolderKind::counselor: return "counselor";
    case bot::HolderKind::closed: return "closed";
    }
    return "closed";
}

json time_or_null(const std::optional<TimePoint>& time) { return time ? json(time_text(*time)) : json(); }

json last_message_json(const bot::Conversation& conversation, const std::vector<bot::Entry>& newest)
{
    for (const auto& entry : newest) {
        // What people said; the bot's phrases would hide it ("you are in line").
        const bool by_counselor = entry.kind == bot::EntryKind::outbound && entry.author.kind == bot::AuthorKind::counselor;
        if (entry.kind != bot::EntryKind::inbound && !by_counselor) continue;
        json message;
        message["seq"] = entry.seq;
        message["at"] = time_text(entry.at);
        message["author"] = author_json(conversation, entry.author);
        message["text"] = std::string(prefix_utf16(entry.text, preview_units_max));
        message["content_type"] = content_type(entry);
        message["state"] = state_word(entry.state);
        return message;
    }
    return {};
}

/// The title that the flow's summary gives to an answer; the answer's own name where it has none.
std::string title_of(const std::string& answer, const Words& words)
{
    for (const auto& [flow_id, flow] : words.playbook().flows)
        for (const auto& [node_id, node] : flow.nodes)
            if (const auto* summary = std::get_if<bot::Summary>(&node.body)) {
                const auto title = summary->titles.find(answer);
                if (title == summary->titles.end()) continue;
                const auto text = title->second.find(words.language());
                if (text != title->second.end()) return text->second;
            }
    const std::string key = "answer." + answer;
    return words.knows(key) ? words.text(key) : answer;
}

json handoff_json(const bot::HandoffRequest& handoff, const Words& words)
{
    json value;
    value["reason"] = handoff.reason;
    const std::string key = "handoff.reason." + handoff.reason;
    value["reason_text"] = words.knows(key) ? words.text(key) : handoff.reason;
    value["skills"] = handoff.skills;
    value["requested_at"] = time_text(handoff.requested_at);
    return value;
}

/// The clocks of the running handoff, from the log: they start when a human was asked for (asks.md 18).
json times_json(const bot::Conversation& conversation, const std::vector<bot::Entry>& log)
{
    std::optional<TimePoint> requested;
    std::optional<TimePoint> queued;
    std::optional<TimePoint> claimed;
    std::optional<TimePoint> replied;
    if (conversation.handoff) requested = conversation.handoff->requested_at;
    for (const auto& entry : log) {  // newest first
        if (requested && entry.at < *requested) continue;
        const std::string name = entry.event ? entry.event->name : std::string();
        constexpr std::array enters_line{"event.queued", "event.requeued", "event.left_by_holder", "event.left_unanswered"};
        if (!queued && std::ranges::find(enters_line, name) != enters_line.end()) queued = entry.at;
        if (name == "event.claimed") claimed = entry.at;
        if (entry.kind == bot::EntryKind::outbound && entry.author.kind == bot::AuthorKind::counselor) replied = entry.at;
    }
    json value;
    value["requested_at"] = time_or_null(requested);
    value["queued_at"] = time_or_null(queued);
    value["claimed_at"] = time_or_null(claimed);
    value["first_reply_at"] = time_or_null(replied);
    return value;
}

json permissions_json(const bot::Conversation& conversation, const Caller& caller,
                      const std::optional<handoff::Counselor>& counselor)
{
    const auto role = permissions_of(caller.account.role);
    const bool on_duty = counselor && counselor->on_duty;
    const bool holds = conversation.holder.is_counselor() && conversation.holder.counselor == caller.account.id;
    const bool for_colleague = role.may_take_over && conversation.holder.is_counselor();
    json value;
    value["may_claim"] = role.may_hold && on_duty &&
                         (conversation.holder.is_queue() ||
                          (conversation.holder.is_bot() && handoff::may_take_from_bot(*counselor, conversation)));
    value["may_send"] = holds;
    value["may_note"] = role.may_note;
    value["may_transfer"] = holds || for_colleague;
    value["may_return"] = holds;
    value["may_close"] = holds;
    value["may_judge"] = role.may_note && (holds || for_colleague || !conversation.holder.is_counselor());
    return value;
}

json risk_json(const bot::Conversation& conversation)
{
    constexpr std::array screens{"unknown", "asked", "safe", "watched"};
    const auto& risk = conversation.risk;
    json value;
    value["raised_at"] = conversation.risk_level > 0 ? json(time_text(risk.raised_at)) : json();
    value["answered_at"] = time_or_null(risk.answered_at);
    value["screen"] = screens.at(static_cast<std::size_t>(risk.screen));
    value["is_private"] = bot::is_private(conversation);
    return value;
}

json safe_contact_json(const bot::SafeContact& contact)
{
    json value;
    value["may_push"] = contact.may_push;
    value["channel"] = contact.channel;
    value["when"] = contact.when;
    value["safe_word"] = contact.safe_word;
    value["if_other_answers"] = contact.if_other_answers;
    value["hours"] = contact_hours_json(contact.hours);
    return value;
}

}  // namespace

json holder_json(const bot::Holder& holder)
{
    json value;
    value["kind"] = holder_word(holder.kind);
    if (holder.is_counselor()) {
        value["id"] = holder.counselor.text;
        value["name"] = holder.counselor_name;
    }
    value["since"] = time_text(holder.since);
    return value;
}

json row_json(const bot::Conversation& conversation, const std::vector<bot::Entry>& newest, const Words& words,
              std::optional<TimePoint> due)
{
    json value;
    value["id"] = conversation.id.text;
    value["revision"] = conversation.revision;
    value["nickname"] = conversation.nickname;
    value["channel"] = conversation.address.kind == bot::ChannelKind::line ? "line" : "web";
    value["language"] = conversation.language;
    value["reachable"] = conversation.reachable;
    value["holder"] = holder_json(conversation.holder);
    const auto priority = conversation.handoff ? conversation.handoff->priority : bot::Priority::normal;
    value["priority"] = priority_words.at(static_cast<std::size_t>(priority));
    value["risk_level"] = conversation.risk_level;
    value["risk_categories"] = conversation.risk_categories;
    value["answer_due"] = time_or_null(due);
    value["disguised"] = conversation.risk.disguised;
    const bool waits = conversation.holder.is_queue() && conversation.handoff.has_value();
    value["waiting_since"] = waits ? json(time_text(conversation.handoff->requested_at)) : json();
    value["opened_at"] = time_text(conversation.opened_at);
    const bool wrote = conversation.last_inbound_at != TimePoint{};
    value["last_inbound_at"] = wrote ? json(time_text(conversation.last_inbound_at)) : json();
    value["last_activity_at"] = time_text(conversation.last_activity_at);
    value["last_message"] = last_message_json(conversation, newest);
    json outcome;
    if (conversation.holder.is_closed() && !conversation.outcome.empty()) {
        outcome["id"] = conversation.outcome;
        outcome["label"] = words.text("outcome." + conversation.outcome);
    }
    value["outcome"] = std::move(outcome);
    return value;
}

json conversation_json(const bot::Conversation& conversation, const std::vector<bot::Entry>& log, const Caller& caller,
                       const std::optional<handoff::Counselor>& counselor, const Words& words, std::optional<TimePoint> due)
{
    json value = row_json(conversation, log, words, due);
    value["heard_seq"] = conversation.heard_seq;
    json answers = json::array();
    for (const auto& answer : conversation.answers) {
        json shown;
        shown["name"] = answer.name;
        shown["title"] = title_of(answer.name, words);
        shown["shown"] = answer.shown;
        if (auto label = label_for_staff(answer, conversation.language, words); !label.empty()) shown["label"] = std::move(label);
        answers.push_back(std::move(shown));
    }
    value["answers"] = std::move(answers);
    value["handoff"] = conversation.handoff ? handoff_json(*conversation.handoff, words) : json();
    value["times"] = times_json(conversation, log);
    json last;
    if (conversation.last_counselor) {
        last["id"] = conversation.last_counselor->text;
        last["name"] = conversation.holder.counselor == *conversation.last_counselor ? conversation.holder.counselor_name : "";
        for (const auto& entry : log)
            if (entry.author.counselor == *conversation.last_counselor && !entry.author.name.empty()) last["name"] = entry.author.name;
    }
    value["last_counselor"] = std::move(last);
    value["risk"] = risk_json(conversation);
    value["safe_contact"] = safe_contact_json(conversation.safe_contact);
    value["permissions"] = permissions_json(conversation, caller, counselor);
    return value;
}

json colleague_json(const handoff::Counselor& counselor)
{
    json value;
    value["id"] = counselor.id.text;
    value["name"] = counselor.name;
    value["role"] = std::string(to_text(counselor.role));
    value["on_duty"] = counselor.on_duty;
    value["holding"] = counselor.holding;
    value["capacity"] = counselor.capacity;
    value["skills"] = counselor.skills;
    return value;
}

bool may_see(const Caller& caller, const bot::Conversation& conversation)
{
    const auto role = permissions_of(caller.account.role);
    if (role.lists_all) return true;
    return role.lists_own && conversation.holder.is_counselor() && conversation.holder.counselor == caller.account.id;
}

const std::vector<std::string>& outcomes()
{
    static const std::vector<std::string> words{"listened", "informed", "referred", "accompanied", "reported", "booked", "no_answer"};
    return words;
}

}  // namespace tsunagi::api
