// The people of a history and LINE between them and us: what they write, take back, block; how it arrives, or does not.
#include "server/store/keys.h"
#include "tests/simulation/one_history.h"

namespace tsunagi::simulation {
namespace {

using store::Space;

constexpr Milliseconds redelivery_first{1'000};
constexpr Milliseconds redelivery_longest{10 * 60'000};

}  // namespace

// ---------------------------------------------------------------------------- people

std::size_t History::add_event(std::size_t person, bot::InboundContent content, const std::string& marker, bool is_message)
{
    PersonEvent event;
    event.user = "U" + std::to_string(person);
    event.event = make_ulid(agenda_.now(), actors_.bits());
    event.marker = marker;
    // LINE's timestamps: two messages of one person may share a millisecond.
    event.sent_at = agenda_.now();
    if (is_message) event.message_id = std::to_string(500'000'000 + events_.size());
    events_.push_back(event);
    contents_.push_back(std::move(content));
    return events_.size() - 1;
}

void History::write_something()
{
    const auto person = actors_.below(plan_.people);
    if (people_[person].blocked) return;
    const auto marker = new_marker();
    const auto dice = actors_.below(100);
    std::size_t index = 0;
    if (dice < 20) index = add_event(person, bot::TextReceived{"人と話したい", {}}, {}, true);
    else if (dice < 22) index = add_event(person, bot::TextReceived{std::string(danger_words) + " " + marker, {}}, marker, true);
    else if (dice < 60) index = add_event(person, bot::TextReceived{"きいてください " + marker, {}}, marker, true);
    else if (dice < 66) index = add_event(person, bot::TextReceived{"children", {}}, {}, true);
    else if (dice < 74) index = add_event(person, bot::StickerReceived{{}, {marker}}, marker, true);
    else if (dice < 80) index = add_event(person, bot::LocationReceived{marker, marker, 35, 139}, marker, true);
    else if (dice < 84) {
        bot::MediaReceived media;
        media.kind = bot::MediaKind::file;
        media.file_name = marker;
        index = add_event(person, media, marker, true);
    } else if (dice < 88) index = add_event(person, bot::OtherReceived{"new-kind", "{\"a\":\"" + marker + "\"}"}, marker, true);
    else index = add_event(person, bot::PostbackReceived{button(person), {{"marker", marker}}}, marker, false);
    if (!events_[index].message_id.empty()) people_[person].messages.push_back(index);
    note("writes " + std::to_string(person) + " " + std::to_string(index));
    leave(index);
}

std::string History::button(std::size_t person)
{
    std::vector<std::string> seen;
    for (const auto& [key, value] : disk_.rows.rows(Space::conversation)) {
        const auto conversation = store::decode<bot::Conversation>(value.bytes).value();
        if (conversation.address.user != "U" + std::to_string(person)) continue;
        auto range = store::entries_of(mirai, conversation.id);
        range.limit = 8;
        range.backwards = true;
        for (const auto& row : disk_.rows.read(range)) {
            const auto entry = store::decode<bot::Entry>(row.value.bytes).value();
            for (const auto& choice : entry.quick_replies) seen.push_back(choice.data);
        }
    }
    return seen.empty() ? "old" : seen[actors_.below(seen.size())];
}

void History::take_back()
{
    const auto person = actors_.below(plan_.people);
    if (!has(Fault::unsend) || people_[person].messages.empty()) return;
    const auto& messages = people_[person].messages;
    const auto recent = std::min<std::size_t>(messages.size(), 4);
    const auto target = messages[messages.size() - 1 - actors_.below(recent)];
    if (events_[target].unsent) return;
    checker_.fault(Fault::unsend);
    events_[target].unsent = true;
    const auto index = add_event(person, bot::Unsent{events_[target].message_id}, {}, false);
    events_[index].is_unsend = true;
    events_[index].logged_as_inbound = false;
    takes_back_[index] = target;
    note("takes back " + std::to_string(target));
    leave(index);
}

void History::block_or_return()
{
    const auto person = actors_.below(plan_.people);
    if (!has(Fault::blocks)) return;
    checker_.fault(Fault::blocks);
    auto& blocked = people_[person].blocked;
    blocked = !blocked;
    bot::InboundContent content = bot::Followed{true};
    if (blocked) content = bot::Unfollowed{};
    const auto index = add_event(person, std::move(content), {}, false);
    events_[index].logged_as_inbound = false;
    note(blocked ? "blocks" : "returns");
    leave(index);
}

// ---------------------------------------------------------------------------- LINE's way to us

void History::leave(std::size_t index)
{
    Milliseconds delay{static_cast<std::int64_t>(5 + fate_.below(60))};
    if (strikes(Fault::event_out_of_order, 6)) delay += Milliseconds{static_cast<std::int64_t>(fate_.below(60'000))};
    agenda_.in(delay, [this, index] { deliver(index, 0, false); });
    if (!events_[index].message_id.empty() && strikes(Fault::event_other_id, 16)) {
        const Milliseconds later{static_cast<std::int64_t>(fate_.below(5'000))};
        agenda_.in(delay + later, [this, index] { deliver(index, 0, true); });
    }
}

void History::redeliver(std::size_t index, int attempt, bool other_id)
{
    if (attempt > 3 && strikes(Fault::event_given_up, 12)) return;
    const auto wait = std::min(redelivery_longest, redelivery_first * (1 << std::min(attempt, 10)));
    agenda_.in(wait, [this, index, attempt, other_id] { deliver(index, attempt + 1, other_id); });
}

void History::deliver(std::size_t index, int attempt, bool other_id)
{
    ++deliveries_;
    if (!open()) return redeliver(index, attempt, other_id);
    const auto& event = events_[index];
    bot::Inbound inbound;
    inbound.desk = mirai;
    inbound.event = EventId{event.event};
    if (other_id) inbound.event.text.back() = inbound.event.text.back() == 'A' ? 'B' : 'A';
    inbound.from = {bot::ChannelKind::line, "line-main", event.user};
    inbound.message_id = event.message_id;
    inbound.sent_at = event.sent_at;
    if (plan_.mutant == Mutant::arrival_order) inbound.sent_at = agenda_.now();
    inbound.received_at = process_->clock.now();
    inbound.content = contents_[index];
    if (!std::holds_alternative<bot::Unsent>(inbound.content) && !std::holds_alternative<bot::Unfollowed>(inbound.content)) {
        inbound.reply = bot::ReplyToken{"token-" + event.event, process_->clock.now()};
        platform_.hands_out(inbound.reply->token);
    }
    const auto number = ++flights_;
    flying_[number] = [this, index, attempt, other_id] { redeliver(index, attempt, other_id); };
    std::function<void(desk::Received)> answered = [this, number, index, attempt, other_id](desk::Received received) {
        flying_.erase(number);
        arrived(index, attempt, other_id, received);
    };
    process_->run<desk::Received>(process_->desks->receive(std::move(inbound)), std::move(answered));
}

void History::arrived(std::size_t index, int attempt, bool other_id, desk::Received received)
{
    note("received " + std::to_string(index) + " " + std::to_string(static_cast<int>(received)));
    if (received == desk::Received::refused) return redeliver(index, attempt, other_id);
    events_[index].accepted = true;
    if (const auto target = takes_back_.find(index); target != takes_back_.end()) events_[target->second].unsend_accepted = true;
    if (strikes(Fault::event_answer_lost, 12)) return redeliver(index, attempt, other_id);
    if (strikes(Fault::event_twice, 8)) {
        const Milliseconds later{static_cast<std::int64_t>(fate_.below(fate_.below(2) == 0 ? 30 : 7'200'000))};
        agenda_.in(later, [this, index, attempt] { deliver(index, attempt + 1, false); });
    }
}

}  // namespace tsunagi::simulation
