#include "tests/simulation/checker_parts.h"

#include "server/store/keys.h"

#include <algorithm>

// What holds at every commit and at every request to LINE.

namespace tsunagi::simulation {
namespace {

using store::Space;

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
    if (!logs(batch, next.desk, {"event.requeued", "event.returned", "event.closed", "event.left_by_holder", "event.left_unanswered"}))
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

}  // namespace tsunagi::simulation
