#include "server/desk/commit_plan.h"

#include "bot/base/hex.h"
#include "handoff/queue/may_begin.h"
#include "handoff/queue/may_send.h"
#include "server/store/keys.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace tsunagi::desk {
namespace {

using store::Space;

class Planner {
public:
    Planner(const PlanInput& input, bot::Decision decision) : input_(input), decision_(std::move(decision)) {}

    CommitPlan plan()
    {
        plan_.batch.expects.reserve(usual_expects);
        plan_.batch.writes.reserve(usual_writes);
        plan_cause();
        plan_effects();  // before the log: a forbidden send changes its entries
        plan_conversation();
        plan_log();
        plan_notices();
        plan_.next = std::move(decision_.next);
        return std::move(plan_);
    }

private:
    // An answered message: its id and its place, both entries, the conversation, the request, and room for timers.
    static constexpr std::size_t usual_expects = 4;
    static constexpr std::size_t usual_writes = 12;

    void put(Space space, std::string key, std::string bytes)
    {
        plan_.batch.writes.push_back({space, std::move(key), std::move(bytes)});
    }
    void remove(Space space, std::string key) { plan_.batch.writes.push_back({space, std::move(key), std::nullopt}); }
    void expect(Space space, std::string key, store::Version version)
    {
        plan_.batch.expects.push_back({space, std::move(key), version});
    }

    void plan_cause()
    {
        if (input_.cause_key.empty()) return;
        expect(Space::event, input_.cause_key, store::absent);
        put(Space::event, input_.cause_key, input_.cause_record);
    }

    void plan_conversation()
    {
        const auto& next = decision_.next;
        std::string key = store::conversation_key(next.desk, next.id);
        expect(Space::conversation, key, input_.version);
        plan_.next_record = store::encode(next);
        put(Space::conversation, std::move(key), plan_.next_record);

        std::string listed = store::queue_key(next);
        if (input_.before != nullptr) {
            std::string listed_before = store::queue_key(*input_.before);
            if (listed_before == listed) return;
            remove(Space::queue, std::move(listed_before));
        }
        put(Space::queue, std::move(listed), "");
    }

    void plan_log()
    {
        const auto& next = decision_.next;
        const store::PersonScope scope{next.desk.text, next.person.text};
        const auto& from = input_.from != nullptr ? *input_.from : next.address;  // as an unsend looks for it
        for (auto& entry : decision_.log) {
            if (entry.kind == bot::EntryKind::inbound && !entry.message_id.empty()) {
                std::string place = store::message_key(next.desk, from.kind, from.channel, entry.message_id);
                expect(Space::entry, place, store::absent);  // second barrier: one message, one entry (pitfalls.md 8)
                put(Space::entry, std::move(place), store::encode(store::EntryPlace{next.id, entry.at, entry.seq}));
            }
            put(Space::entry, store::entry_key(next.desk, next.id, entry.at, entry.seq), store::encode(entry, scope));
        }
    }

    void plan_effects()
    {
        for (auto& effect : decision_.effects) {
            if (auto* send = std::get_if<bot::Send>(&effect)) plan_send(*send);
            if (const auto* timer = std::get_if<bot::SetTimer>(&effect)) {
                cancel_timer(timer->name);
                set_timer(*timer);
            }
            if (const auto* timer = std::get_if<bot::CancelTimer>(&effect)) cancel_timer(timer->name);
            if (const auto* alarm = std::get_if<bot::AlarmStaff>(&effect)) plan_alarm(*alarm);
            if (const auto* fetch = std::get_if<bot::FetchMedia>(&effect)) plan_fetch(*fetch);
        }
        if (input_.door_notice && !input_.content_on_line) plan_door_notice(*input_.door_notice);
    }

    /// Whether her page reads what we say out of the log, so that nothing has to be sent.
    bool is_read_from_log() const
    {
        return decision_.next.address.kind == bot::ChannelKind::web || !input_.content_on_line;
    }

    /// Numbered behind everything in the log, so that its row and retry key are its own; no entry shows it.
    void plan_door_notice(const bot::OutboundMessage& notice)
    {
        if (decision_.next.address.kind != bot::ChannelKind::line || !decision_.next.reachable || decision_.next.blocked_at) return;
        bot::Send send;
        send.messages.push_back(notice);
        send.entries.push_back(decision_.next.next_seq++);
        add_request(send, 0, 1);
    }

    void plan_fetch(const bot::FetchMedia& fetch)
    {
        const auto& next = decision_.next;
        const auto* entry = entry_of(fetch.entry);
        if (next.address.kind != bot::ChannelKind::line || entry == nullptr) return;  // the web chat brings its own bytes
        store::MediaWork work{next.desk, next.id, next.person, entry->seq, entry->at, next.address.channel, fetch.message_id, input_.now};
        put(Space::media, store::media_work_key(next.desk, next.id, entry->seq), store::encode(work));
        plan_.media.push_back(std::move(work));
    }

    bot::Entry* entry_of(std::uint64_t seq)
    {
        const auto found = std::find_if(decision_.log.begin(), decision_.log.end(),
                                        [seq](const bot::Entry& entry) { return entry.seq == seq; });
        return found == decision_.log.end() ? nullptr : &*found;
    }

    void leave_out(const bot::Send& send, const char* why)
    {
        for (const auto seq : send.entries)
            if (auto* entry = entry_of(seq)) {
                entry->state = bot::SendState::failed;
                entry->failure = why;
            }
    }

    /// One outbox row a request of at most five messages (pitfalls.md 3). Only the first may use the reply token.
    void plan_send(bot::Send& send)
    {
        if (!handoff::may_send(decision_.next, send)) return leave_out(send, "send.failed.holder_changed");
        if (is_read_from_log()) {
            for (const auto seq : send.entries)
                if (auto* entry = entry_of(seq)) entry->state = bot::SendState::accepted;
            return;
        }
        if (handoff::is_outside_her_hours(decision_.next, send, input_.now)) return leave_out(send, "send.failed.her_hours");
        for (std::size_t begin = 0; begin < send.messages.size(); begin += bot::messages_per_request_max) {
            const std::size_t end = std::min(begin + bot::messages_per_request_max, send.messages.size());
            add_request(send, begin, end);
        }
    }

    /// Takes the messages from `begin` to before `end` out of `send`.
    void add_request(bot::Send& send, std::size_t begin, std::size_t end)
    {
        const auto& next = decision_.next;
        store::OutboxRow row;
        row.desk = next.desk;
        row.conversation = next.id;
        row.seq = send.entries.at(begin);
        row.person = next.person;
        row.to = next.address;
        row.created_at = input_.now;
        row.next_attempt_at = input_.now;
        row.retry_key = retry_key(next.desk, next.id, input_.cause, plan_.outbox.size());
        row.by_human = send.by_human;
        row.must_deliver = send.must_deliver;
        row.begun_by_us = send.begun_by_us;
        row.is_ring = send.entries.size() == 1 && entry_of(send.entries.front()) == nullptr && input_.from == nullptr;  // no knock of hers
        row.to_blocker = !next.reachable;
        if (plan_.outbox.empty() && !send.by_human) row.reply = input_.reply;
        row.messages.reserve(end - begin);
        for (std::size_t i = begin; i < end; ++i) {
            const auto* entry = entry_of(send.entries.at(i));
            row.messages.push_back({std::move(send.messages[i]), send.entries[i], entry != nullptr ? entry->at : input_.now});
        }
        put(Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), store::encode(row));
        plan_.outbox.push_back(std::move(row));
    }

    /// Kept with the commit, a row for each target, told afterwards, and told once for several messages in a row.
    void plan_alarm(const bot::AlarmStaff& alarm)
    {
        const auto& known = input_.before != nullptr ? *input_.before : decision_.next;
        for (const auto target : input_.on_call) {
            const auto covers_it = [&](const store::Timer& row) { return covers(row, target, alarm.level, known); };
            if (std::any_of(input_.timers.begin(), input_.timers.end(), covers_it)) continue;
            cancel_timer(timer_name({.target = target, .level = alarm.level, .told = true}));  // its telling takes that place again
            set_timer({.name = timer_name(OnCallNotice{target, alarm.level}), .due = input_.now});
        }
    }

    void cancel_timer(const std::string& name)
    {
        const auto& next = decision_.next;
        for (const auto& timer : input_.timers) {
            if (timer.name != name) continue;
            remove(Space::timer, store::timer_key(timer.due, next.desk, next.id, name));
            remove(Space::timer, store::timer_name_key(next.desk, next.id, name));
        }
    }
    void set_timer(const bot::SetTimer& timer)
    {
        const auto& next = decision_.next;
        const std::string bytes = store::encode(store::Timer{next.desk, next.id, timer.name, timer.due});
        put(Space::timer, store::timer_key(timer.due, next.desk, next.id, timer.name), bytes);
        put(Space::timer, store::timer_name_key(next.desk, next.id, timer.name), bytes);
    }

    void plan_notices()
    {
        const auto& next = decision_.next;
        plan_.batch.notices.push_back({next.desk.text, "conversation", next.id.text, next.revision});
        const bool moved = input_.before == nullptr || input_.before->holder.kind != next.holder.kind ||
                           input_.before->holder.counselor != next.holder.counselor;
        if (moved) plan_.batch.notices.push_back({next.desk.text, "queue", next.id.text, next.revision});
    }

    const PlanInput& input_;
    bot::Decision decision_;
    CommitPlan plan_;
};

}  // namespace

CommitPlan plan_commit(const PlanInput& input, bot::Decision decision) { return Planner(input, std::move(decision)).plan(); }

std::string retry_key(const DeskId& desk, const ConversationId& conversation, const std::string& cause, std::size_t number)
{
    const std::string name = desk.text + '\n' + conversation.text + '\n' + cause + '\n' + std::to_string(number);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(name.data(), name.size(), digest.data(), &length, EVP_sha256(), nullptr);
    digest[6] = static_cast<unsigned char>((digest[6] & 0x0FU) | 0x80U);  // version 8: made by our own rule (RFC 9562)
    digest[8] = static_cast<unsigned char>((digest[8] & 0x3FU) | 0x80U);  // variant
    std::string text = to_hex(digest, 16);
    for (const std::size_t dash : {20, 16, 12, 8}) text.insert(dash, 1, '-');
    return text;
}

}  // namespace tsunagi::desk
