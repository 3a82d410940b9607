#include "server/ops/world.h"

#include "bot/base/text.h"
#include "handoff/queue/may_send.h"
#include "handoff/queue/place.h"

#include <algorithm>

namespace tsunagi::ops {
namespace {

// LINE's limits on one message (facts.md 85, 86).
constexpr std::size_t text_units_max = 5000;
constexpr std::size_t label_graphemes_max = 20;
constexpr std::size_t data_units_max = 300;

/// Why LINE would refuse this message; empty when it takes it.
std::string refused_by_line(const bot::OutboundMessage& message)
{
    if (message.text.empty()) return "a message without text";
    if (utf16_length(message.text) > text_units_max) return "a message of more than 5,000 characters";
    if (message.quick_replies.size() > bot::flow_choices_max) return "more than 13 buttons";
    for (const auto& button : message.quick_replies) {
        if (button.label.empty()) return "a button without a label";
        if (grapheme_length(button.label) > label_graphemes_max) return "a button of more than 20 characters";
        if (utf16_length(button.data) > data_units_max) return "a button with more than 300 characters of data";
    }
    return "";
}

bool is_message(const bot::InboundContent& content)
{
    return std::holds_alternative<bot::TextReceived>(content) ||
           std::holds_alternative<bot::StickerReceived>(content) ||
           std::holds_alternative<bot::MediaReceived>(content) ||
           std::holds_alternative<bot::LocationReceived>(content);
}

/// Nobody writes twice in the same instant: who came first is before in line.
constexpr std::chrono::seconds moment{1};

constexpr std::string_view nameless = "nameless "; // counselors on duty whom a story has not named

} // namespace

World::World(WorldStart start) : start_(std::move(start)), now_(start_.now)
{
    if (start_.language.empty() && !start_.playbook->languages.empty())
        start_.language = start_.playbook->languages.front();
    for (auto& counselor : start_.staff) {
        if (counselor.name.empty()) counselor.name = next_id(std::string(nameless));
        counselor.id = CounselorId{next_id("counselor")};
        counselor.desk = start_.playbook->desk;
    }
}

World::Person& World::person(const std::string& name)
{
    const auto [known, is_new] = people_.try_emplace(name);
    if (!is_new) return known->second;
    auto& conversation = known->second.conversation;
    conversation.desk = start_.playbook->desk;
    conversation.id = ConversationId{next_id("conversation")};
    conversation.person = PersonId{next_id("person")};
    conversation.address = {bot::ChannelKind::line, start_.channel, "user-of-" + conversation.person.text};
    conversation.holder.since = now_;
    conversation.language = start_.language;
    conversation.answers = start_.answers;
    conversation.opened_at = now_;
    conversation.last_activity_at = now_;
    return known->second;
}

void World::receive(const std::string& name, bot::InboundContent content)
{
    Person& her = person(name);
    now_ += moment;
    bot::Inbound inbound;
    inbound.desk = start_.playbook->desk;
    inbound.event = EventId{next_id("event")};
    inbound.from = her.conversation.address;
    inbound.sent_at = now_;
    inbound.received_at = now_;
    if (is_message(content)) {
        inbound.message_id = next_id("message");
        const auto* text = std::get_if<bot::TextReceived>(&content);
        her.sent.emplace_back(inbound.message_id, text ? text->text : "");
    }
    if (const auto* unsent = std::get_if<bot::Unsent>(&content)) withdraw(her, unsent->message_id);
    inbound.content = std::move(content);
    her.told.clear();
    commit(her, handoff::receive(her.conversation, inbound, *start_.playbook, view(her.conversation), now_));
}

std::optional<bot::QuickReply> World::button(const std::string& name, const std::string& label)
{
    const auto& told = person(name).all_told;
    for (auto message = told.rbegin(); message != told.rend(); ++message)
        for (const auto& button : message->quick_replies)
            if (button.label == label) return button;
    return std::nullopt;
}

/// Like ULIDs, ids sort by when they were made.
std::string World::next_id(const std::string& kind)
{
    constexpr std::size_t digits = 6;
    const auto number = std::to_string(++ids_);
    return kind + "-" + std::string(digits - std::min(digits, number.size()), '0') + number;
}

handoff::Counselor* World::find_counselor(const std::string& name)
{
    const auto by_name = [&](const handoff::Counselor& counselor) { return counselor.name == name; };
    auto& staff = start_.staff;
    if (const auto known = std::find_if(staff.begin(), staff.end(), by_name); known != staff.end()) return &*known;
    if (!start_.others_may_come) return nullptr;
    const auto is_nameless = [](const handoff::Counselor& counselor) { return counselor.name.starts_with(nameless); };
    if (const auto free = std::find_if(staff.begin(), staff.end(), is_nameless); free != staff.end()) {
        free->name = name;
        return &*free;
    }
    handoff::Counselor fresh;
    fresh.id = CounselorId{next_id("counselor")};
    fresh.desk = start_.playbook->desk;
    fresh.name = name;
    fresh.on_duty = true;
    staff.push_back(std::move(fresh));
    return &staff.back();
}

std::optional<handoff::Counselor> World::counselor(const std::string& name)
{
    const auto* found = find_counselor(name);
    return found ? std::optional(with_load(*found)) : std::nullopt;
}

void World::set_duty(const std::string& name, bool on_duty)
{
    if (auto* counselor = find_counselor(name)) counselor->on_duty = on_duty;
}

std::optional<handoff::Refusal> World::command(const std::string& name, const handoff::Counselor& by,
                                               const Command& command)
{
    Person& her = person(name);
    now_ += moment;
    auto outcome = command(her.conversation, by);
    if (!outcome.ok()) return outcome.error();
    her.told.clear();
    commit(her, std::move(outcome).value());
    return std::nullopt;
}

std::size_t World::place_in_line(const std::string& name) const
{
    const auto& conversation = people_.at(name).conversation;
    const auto own = handoff::waiting(conversation, now_);
    std::size_t place = 1;
    for (const auto& [other_name, other] : people_) {
        if (other_name == name || !other.conversation.holder.is_queue()) continue;
        if (handoff::is_before(handoff::waiting(other.conversation, now_), own)) ++place;
    }
    return place;
}

handoff::Counselor World::with_load(handoff::Counselor counselor) const
{
    for (const auto& [name, person] : people_) {
        const auto& conversation = person.conversation;
        if (!conversation.holder.is_counselor() || conversation.holder.counselor != counselor.id) continue;
        ++counselor.holding;
        if (conversation.handoff && conversation.handoff->priority == bot::Priority::emergency)
            ++counselor.holding_emergency;
    }
    return counselor;
}

handoff::DeskView World::view(const bot::Conversation& conversation) const
{
    handoff::DeskView desk{.hours = start_.hours};
    for (const auto& [name, person] : people_) {
        const auto& other = person.conversation;
        if (other.id != conversation.id && other.holder.is_queue())
            handoff::count_ahead(desk, conversation, handoff::waiting(other, now_), now_);
    }
    for (const auto& counselor : start_.staff) {
        if (counselor.on_duty && handoff::sees_queue(counselor.role)) ++desk.on_duty;
        if (conversation.last_counselor == counselor.id) desk.last_counselor = with_load(counselor);
    }
    return desk;
}

void World::commit(Person& person, bot::Decision decision)
{
    person.conversation = std::move(decision.next);
    for (auto& entry : decision.log) person.log.push_back(std::move(entry));
    for (const auto& effect : decision.effects) {
        if (const auto* send = std::get_if<bot::Send>(&effect)) deliver(person, *send);
        if (std::holds_alternative<bot::NeedHuman>(effect)) trouble_ = "a wish for a human was left standing";
    }
    if (person.told.size() > bot::messages_per_turn_max) trouble_ = "more than five messages in one turn";
}

void World::deliver(Person& person, const bot::Send& send)
{
    if (!handoff::may_send(person.conversation, send))
        trouble_ = "the bot spoke while a counselor held the conversation";
    if (send.messages.size() != send.entries.size()) trouble_ = "a message without its entry in the log";
    for (const auto& message : send.messages) {
        if (const auto why = refused_by_line(message); !why.empty()) trouble_ = why;
        person.told.push_back(message);
        person.all_told.push_back(message);
    }
}

/// As the server does in the same commit: what she takes back is gone.
void World::withdraw(Person& person, const std::string& message_id)
{
    for (auto& entry : person.log) {
        if (entry.kind != bot::EntryKind::inbound || entry.message_id != message_id) continue;
        entry.text.clear();
        entry.content = bot::Unsent{message_id};
    }
}

} // namespace tsunagi::ops
