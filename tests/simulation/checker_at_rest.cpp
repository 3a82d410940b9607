#include "tests/simulation/checker_parts.h"

#include "bot/safety/hearing.h"
#include "handoff/queue/place.h"
#include "handoff/queue/wake.h"
#include "server/desk/desk_index.h"
#include "server/desk/timers.h"
#include "server/store/keys.h"

#include <algorithm>

// What holds when nothing is under way.

namespace tsunagi::simulation {
namespace {

using store::Space;

std::vector<bot::Entry> log_of(const testing::MemoryStore& disk, const bot::Conversation& conversation)
{
    auto range = store::entries_of(conversation.desk, conversation.id);
    range.limit = 1'000'000;
    std::vector<bot::Entry> log;
    for (const auto& row : disk.read(range)) log.push_back(decoded<bot::Entry>(row.value.bytes));
    return log;
}

std::vector<bot::Conversation> conversations_on(const testing::MemoryStore& disk)
{
    std::vector<bot::Conversation> all;
    for (const auto& [key, value] : disk.rows(Space::conversation)) all.push_back(decoded<bot::Conversation>(value.bytes));
    return all;
}

/// What identifies an inbound entry that is no message: the marker in its parameters.
std::string marker_of(const bot::Entry& entry)
{
    if (!entry.content) return {};
    if (const auto* tap = std::get_if<bot::PostbackReceived>(&*entry.content)) {
        const auto found = tap->params.find("marker");
        if (found != tap->params.end()) return found->second;
    }
    return {};
}

}  // namespace

void Checker::at_rest(const AtRest& now) const
{
    check_log(now);
    check_commands(now);
    check_effects(now);
    check_queue(now);
    check_unsent(now);
    check_timers_at_rest(now);
}

void Checker::check_log(const AtRest& now) const
{
    std::map<std::string, std::uint64_t> logged;  // by message id, or by marker
    std::map<std::string, TimePoint> at;
    std::set<std::string> people;
    for (const auto& conversation : conversations_on(now.disk)) {
        if (!people.insert(conversation.address.user).second)
            throw Violation("log once", "one person has two conversations");
        std::set<std::uint64_t> seqs;
        TimePoint last{};
        for (const auto& entry : log_of(now.disk, conversation)) {
            if (!seqs.insert(entry.seq).second) throw Violation("log once", "two entries have one number");
            if (entry.seq >= conversation.next_seq) throw Violation("log once", "an entry has a number not given yet");
            if (entry.at < last) throw Violation("log order", "the log is not in order of time");
            last = entry.at;
            if (entry.kind != bot::EntryKind::inbound) continue;
            const auto name = entry.message_id.empty() ? marker_of(entry) : entry.message_id;
            ++logged[name];
            at[name] = entry.at;
        }
    }
    for (const auto& event : now.events) {
        if (!event.logged_as_inbound) continue;
        const auto name = event.message_id.empty() ? event.marker : event.message_id;
        const auto count = logged.contains(name) ? logged.at(name) : 0;
        if (count > 1) throw Violation("log once", "one message stands in the log twice");
        if (count == 1 && at.at(name) != event.sent_at)
            throw Violation("log order", "a message stands in the log at another time than LINE's");
        if (event.accepted && !event.unsent && count == 0)
            throw Violation("nothing lost", "a message we said 200 to is not in the log");
    }
}

void Checker::check_effects(const AtRest& now) const
{
    if (!now.disk.rows(Space::outbox).empty()) {
        const auto row = decoded<store::OutboxRow>(now.disk.rows(Space::outbox).begin()->second.bytes);
        throw Violation("effects delivered", "request " + effect_name(row) + " is still in the outbox, LINE lives");
    }
    for (const auto& conversation : conversations_on(now.disk)) {
        const auto log = log_of(now.disk, conversation);
        const bool blocked_us = std::ranges::any_of(log, [](const bot::Entry& entry) { return entry.event && entry.event->name == "event.unfollowed"; });
        for (const auto& entry : log) {
            if (entry.kind != bot::EntryKind::outbound) continue;
            const auto name = conversation.id.text + "/" + std::to_string(entry.seq);
            const auto found = effects_.find(name);
            const bool accepted = found != effects_.end() && found->second.accepted > 0;
            if (!requests_.contains(name)) {  // goes with the request of an earlier message, or was never asked for
                if (entry.state == bot::SendState::queued || entry.state == bot::SendState::sending)
                    throw Violation("effects delivered", "a message waits for ever and nothing will send it");
                continue;
            }
            switch (entry.state) {
            case bot::SendState::accepted:
                if (!accepted) throw Violation("effects delivered", "shown as sent, and LINE never got it");
                break;
            case bot::SendState::unknown:  // by reply token only: at most once is checked at LINE
                if (must_arrive_.contains(name) && !now.sends_can_fail && !blocked_us)
                    throw Violation("must arrive", "nobody knows whether words of safety arrived: they went out without a key");
                break;
            case bot::SendState::failed:
                if (entry.failure == "send.failed.blocked") {
                    if (accepted) throw Violation("effects delivered", "shown as held back, and LINE has it");
                    break;
                }
                if (!now.sends_can_fail) throw Violation("effects delivered", "given up although LINE lives: " + entry.failure);
                break;
            default:
                throw Violation("effects delivered", "a message waits for ever and nothing will send it");
            }
        }
    }
}

void Checker::check_queue(const AtRest& now) const
{
    std::vector<handoff::Waiting> line;
    std::map<std::string, std::uint32_t> holding;
    std::size_t waiting = 0;
    for (const auto& conversation : conversations_on(now.disk)) {
        if (conversation.holder.is_queue()) ++waiting;
        if (conversation.holder.is_counselor()) ++holding[conversation.holder.counselor.text];
        const auto places = places_.find(conversation.id.text);
        if (places == places_.end() || places->second.size() != 1 || *places->second.begin() != store::queue_key(conversation))
            throw Violation("one place", "a conversation's place in the lists is not its holder's");
    }
    for (const auto& row : now.waiting) {
        const auto id = store::conversation_of_queue_key(row.key);
        for (const auto& conversation : conversations_on(now.disk))
            if (id && conversation.id == *id) line.push_back(handoff::waiting(conversation, agenda_.now()));
    }
    if (line.size() != waiting) throw Violation("queue order", "somebody waits and is not in line");
    for (std::size_t i = 1; i < line.size(); ++i)
        if (!handoff::is_before(line[i - 1], line[i])) throw Violation("queue order", "who came first is not served first");

    const DeskId desk{"mirai"};
    if (now.index.waiting(desk) != waiting) throw Violation("queue order", "the desk's memory counts another number of waiting people");
    for (const auto& counselor : now.index.staff(desk))
        if (counselor.holding != holding[counselor.id.text])
            throw Violation("one holder", "the desk's memory counts another number of talks for a counselor");
}

void Checker::check_unsent(const AtRest& now) const
{
    std::vector<std::string> gone;
    for (const auto& event : now.events)
        if (event.unsent && event.unsend_accepted && !event.marker.empty()) gone.push_back(event.marker);
    if (gone.empty()) return;
    for (std::size_t space = 0; space < store::space_count; ++space)
        for (const auto& [key, value] : now.disk.rows(static_cast<Space>(space)))
            for (const auto& marker : gone)
                if (key.find(marker) != std::string::npos || value.bytes.find(marker) != std::string::npos)
                    throw Violation("nothing of an unsent message", "what she took back is still in space " + std::to_string(space));
}

/// Every state that waits has the timer that ends its waiting; the two rows of a timer say the same; none is overdue.
void Checker::check_timers_at_rest(const AtRest& now) const
{
    std::map<std::string, TimePoint> by_name;
    std::set<std::string> due_rows;
    for (const auto& [key, value] : now.disk.rows(Space::timer)) {
        const auto timer = decoded<store::Timer>(value.bytes);
        if (key.front() == 'd') due_rows.insert(key);
        else by_name[timer.conversation.text + "/" + timer.name] = timer.due;
        if (key.front() != 'd' && !now.disk.read(Space::timer, store::timer_key(timer.due, timer.desk, timer.conversation, timer.name)))
            throw Violation("timers once", "a timer is named and will never be due");
        if (timer.due + 4 * desk::timer_look_interval < now.clock) throw Violation("timers fire", "a timer is long overdue");
    }
    if (due_rows.size() != by_name.size()) throw Violation("timers once", "a timer is due and nobody knows its name");
    for (const auto& conversation : conversations_on(now.disk)) {
        const auto has = [&](const char* name) { return by_name.contains(conversation.id.text + "/" + name); };
        if (conversation.holder.is_counselor() && !has(handoff::timer_counselor_idle))
            throw Violation("timers fire", "nobody will notice that a counselor's conversation stands still");
        if (conversation.holder.is_bot() && conversation.position.running() && !has(handoff::timer_bot_idle))
            throw Violation("timers fire", "a question stays open for ever");
        const bool is_held = conversation.holder.is_queue() || conversation.holder.is_counselor();
        const bool danger_waits = conversation.risk_level >= bot::emergency_level && !conversation.risk.answered_at && is_held;
        if (danger_waits && !has(handoff::timer_danger))
            throw Violation("timers fire", "nobody will notice that everybody has left somebody in danger");
    }
}

void Checker::check_commands(const AtRest& now) const
{
    std::map<std::string, std::uint64_t> written;
    for (const auto& conversation : conversations_on(now.disk))
        for (const auto& entry : log_of(now.disk, conversation))
            if (entry.author.kind == bot::AuthorKind::counselor && !entry.text.empty()) ++written[entry.text];
    for (const auto& command : now.commands) {
        if (command.marker.empty()) continue;
        const auto count = written.contains(command.marker) ? written.at(command.marker) : 0;
        if (count > 1) throw Violation("commands once", "a counselor's message stands in the log twice");
        if (command.answered_ok && count == 0) throw Violation("nothing lost", "a counselor's message is not in the log");
    }
}

}  // namespace tsunagi::simulation
