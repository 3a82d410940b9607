#include "tests/simulation/checker.h"

#include "bot/safety/hearing.h"
#include "handoff/queue/place.h"
#include "handoff/queue/wake.h"
#include "server/desk/desk_index.h"
#include "server/desk/timers.h"
#include "server/store/keys.h"
#include "server/store/records.h"

#include <algorithm>

namespace tsunagi::simulation {
namespace {

using store::Space;

template <class Record>
Record decoded(const std::string& bytes)
{
    auto record = store::decode<Record>(bytes);
    if (!record.ok()) throw Violation("readable", "a record cannot be read: " + std::string(store::to_text(record.error())));
    return std::move(record).value();
}

std::string effect_name(const store::OutboxRow& row) { return row.conversation.text + "/" + std::to_string(row.seq); }

bool is_entry_key(const std::string& key, const DeskId& desk)
{
    const auto all = store::entries_of(desk, ConversationId{});
    const auto prefix = all.from.substr(0, desk.text.size() + 2);  // desk text, 'e'
    return key.compare(0, prefix.size(), prefix) == 0;
}

bool logs(const store::Batch& batch, const DeskId& desk, std::initializer_list<std::string_view> names)
{
    for (const auto& write : batch.writes) {
        if (write.space != Space::entry || !write.bytes || !is_entry_key(write.key, desk)) continue;
        const auto entry = decoded<bot::Entry>(*write.bytes);
        if (entry.event && std::ranges::find(names, entry.event->name) != names.end()) return true;
    }
    return false;
}

/// Whether a line of `text` ends with `words` as an answer.
bool reads_back(const std::string& text, const std::string& words)
{
    const auto at = text.find(": " + words);
    const auto end = at + 2 + words.size();
    return at != std::string::npos && (end == text.size() || text[end] == '\n');
}

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

}  // namespace

// ---------------------------------------------------------------------------- at every commit

void Checker::before_write(const store::Batch& batch, const testing::MemoryStore& disk)
{
    for (const auto& expect : batch.expects) {
        const auto found = disk.read(expect.space, expect.key);
        if ((found ? found->version : store::absent) != expect.version) return;  // a conflict: nothing will be written
    }
    ++commits;
    held_against([&] { check_batch(batch, disk); });
}

void Checker::check_batch(const store::Batch& batch, const testing::MemoryStore& disk)
{
    check_timers(batch);
    check_withdrawn(batch, disk);
    for (const auto& write : batch.writes) {
        if (write.space != Space::conversation || !write.bytes) continue;
        const auto next = decoded<bot::Conversation>(*write.bytes);
        const auto stored = disk.read(Space::conversation, write.key);
        if (!stored) continue;
        const auto before = decoded<bot::Conversation>(stored->bytes);
        if (next.next_seq < before.next_seq) throw Violation("log order", "a conversation's counter goes back");
        check_holder(before, next, batch, disk);
    }
}

/// One holder at any time, who changes only by being asked to; the bot is silent while a person talks.
void Checker::check_holder(const bot::Conversation& before, const bot::Conversation& next, const store::Batch& batch,
                           const testing::MemoryStore& disk) const
{
    if (next.holder.is_counselor()) {
        for (const auto& write : batch.writes) {
            if (write.space != Space::outbox || !write.bytes) continue;
            if (disk.read(Space::outbox, write.key)) continue;  // said before she took over
            const auto row = decoded<store::OutboxRow>(*write.bytes);
            if (!row.by_human) throw Violation("bot silent after takeover", "the bot talks into a counselor's conversation");
        }
    }
    if (!before.holder.is_counselor()) return;
    if (next.holder.is_counselor() && next.holder.counselor == before.holder.counselor) return;
    if (next.holder.is_counselor()) {
        if (!logs(batch, next.desk, {"event.transferred"}))
            throw Violation("one holder", "a second counselor got a conversation that nobody gave away");
        return;
    }
    if (!logs(batch, next.desk, {"event.requeued", "event.returned", "event.closed", "event.left_by_holder"}))
        throw Violation("one holder", "a conversation left its counselor without her doing");
}

/// With the tombstone, her words leave every request that was never tried: nothing reads them back to her afterwards.
void Checker::check_withdrawn(const store::Batch& batch, const testing::MemoryStore& disk) const
{
    std::map<std::string, std::string> withdrawn;  // words by the key of their entry
    for (const auto& write : batch.writes) {
        if (write.space != Space::entry || !write.bytes || !is_entry_key(write.key, DeskId{"mirai"})) continue;
        const auto before = disk.read(Space::entry, write.key);
        if (!before) continue;
        const auto entry = decoded<bot::Entry>(*write.bytes);
        if (!entry.content || !std::holds_alternative<bot::Unsent>(*entry.content)) continue;
        if (auto words = decoded<bot::Entry>(before->bytes).text; !words.empty()) withdrawn[write.key] = std::move(words);
    }
    if (withdrawn.empty()) return;
    std::map<std::string, std::string> requests;
    for (const auto& [key, value] : disk.rows(Space::outbox)) requests[key] = value.bytes;
    for (const auto& write : batch.writes) {
        if (write.space != Space::outbox) continue;
        if (write.bytes) requests[write.key] = *write.bytes;
        else requests.erase(write.key);
    }
    for (const auto& [key, bytes] : requests) {
        const auto row = decoded<store::OutboxRow>(bytes);
        if (row.by_human || row.first_attempt_at) continue;
        const auto her_log = store::entries_of(row.desk, row.conversation).from;
        for (const auto& message : row.messages)
            for (const auto& [entry_key, words] : withdrawn)
                if (entry_key.starts_with(her_log) && reads_back(message.message.text, words))
                    throw Violation("nothing of an unsent message", "what she took back still waits to be read to her");
    }
}

/// A timer that fires is gone with what it causes: never a second time. Only a firing expects the version of a timer that is there.
void Checker::check_timers(const store::Batch& batch)
{
    const auto is_timer = [](const store::Expect& expect) { return expect.space == Space::timer && expect.version != store::absent; };
    if (std::ranges::none_of(batch.expects, is_timer)) return;
    ++timers_fired;
    for (const auto& expect : batch.expects)
        if (is_timer(expect) && !fired_.insert(expect.key + "@" + std::to_string(expect.version)).second)
            throw Violation("timers once", "a timer fired twice");
}

void Checker::after_write(const store::Batch& batch, const testing::MemoryStore& /*disk*/)
{
    held_against([&] { check_places(batch); });
}

void Checker::check_places(const store::Batch& batch)
{
    for (const auto& write : batch.writes) {
        if (write.space == Space::outbox && write.bytes) {
            const auto row = decoded<store::OutboxRow>(*write.bytes);
            by_retry_key_[row.retry_key] = effect_name(row);
            requests_.insert(effect_name(row));
            if (row.must_deliver) must_arrive_.insert(effect_name(row));
            if (row.reply) by_token_[row.reply->token] = effect_name(row);
        }
        if (write.space == Space::queue) {
            const auto id = store::conversation_of_queue_key(write.key);
            if (!id) continue;
            if (write.bytes) places_[id->text].insert(write.key);
            else places_[id->text].erase(write.key);
        }
    }
    for (const auto& write : batch.writes) {
        if (write.space != Space::conversation || !write.bytes) continue;
        const auto next = decoded<bot::Conversation>(*write.bytes);
        const auto& places = places_[next.id.text];
        if (places.size() != 1 || *places.begin() != store::queue_key(next))
            throw Violation("one place", "a conversation stands in " + std::to_string(places.size()) + " lists of the console");
    }
}

void Checker::read_again(const testing::MemoryStore& disk)
{
    fired_.clear();  // what was lost may happen again
    places_.clear();
    for (const auto& [key, value] : disk.rows(Space::queue))
        if (const auto id = store::conversation_of_queue_key(key)) places_[id->text].insert(key);
}

// ---------------------------------------------------------------------------- at every request to LINE

std::string Checker::effect_of_retry_key(const std::string& key) const
{
    return held_against([&] {
        const auto found = by_retry_key_.find(key);
        if (found == by_retry_key_.end()) throw Violation("effects once", "a push that no committed row asks for");
        return found->second;
    });
}

std::string Checker::effect_of_token(const std::string& token) const
{
    return held_against([&] {
        const auto found = by_token_.find(token);
        if (found == by_token_.end()) throw Violation("effects once", "a reply that no committed row asks for");
        return found->second;
    });
}

void Checker::pushed(const std::string& key, const std::string& body)
{
    held_against([&] {
        const auto [first, inserted] = bodies_.try_emplace(key, body);
        if (!inserted && first->second != body) throw Violation("same key, same bytes", "a retry says something else");
    });
}

void Checker::accepted(const std::string& effect, bool late)
{
    auto& known = effects_[effect];
    ++messages_accepted;
    if (++known.accepted > 1) throw Violation("effects once", "LINE accepted " + effect + " twice: she reads it twice");
    if (late) return;
    const auto slash = effect.find('/');
    const auto seq = std::stoull(effect.substr(slash + 1));
    auto& last = last_accepted_seq_[effect.substr(0, slash)];
    if (seq < last) throw Violation("effects in order", "an earlier message reaches her after a later one");
    last = seq;
}

// ---------------------------------------------------------------------------- when nothing is under way

void Checker::at_rest(const AtRest& now) const
{
    check_log(now);
    check_commands(now);
    check_effects(now);
    check_queue(now);
    check_unsent(now);
    check_timers_at_rest(now);
}

namespace {

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
