#include "server/desk/desk_parts.h"

#include "bot/flow/summary.h"
#include "handoff/queue/receive.h"
#include "server/desk/edits.h"
#include "server/desk/sightings.h"
#include "server/store/keys.h"

#include <algorithm>
#include <utility>

namespace tsunagi::desk {
namespace {

using store::Space;

/// Whether `inbound` is something said to us on LINE, to be answered there. Blocking and unsending are not.
bool knocks(const bot::Inbound& inbound)
{
    return inbound.from.kind == bot::ChannelKind::line && !inbound.standby &&
           !std::holds_alternative<bot::Unfollowed>(inbound.content) && !std::holds_alternative<bot::Unsent>(inbound.content);
}

/// The button that asks for a new link is a knock and no answer: the bot must not take it for one of its own buttons.
void take_for_knock(bot::Inbound& inbound)
{
    const auto* postback = std::get_if<bot::PostbackReceived>(&inbound.content);
    if (postback != nullptr && postback->data == door_button_data) inbound.content = bot::OtherReceived{"door", {}};
}

/// Takes what she withdrew out of a line in which the bot read it back to her; false when none of it stands there.
bool take_out(std::string& line, const std::vector<std::string>& withdrawn)
{
    bool taken = false;
    for (const auto& words : withdrawn) taken |= bot::take_out_of_summary(line, words);
    return taken;
}

/// Whether she wrote her safe word with this event: somebody else may hold the screen from here on.
bool wrote_safe_word(const bot::Decision& decision)
{
    return std::ranges::any_of(decision.log, [](const bot::Entry& entry) { return entry.event && entry.event->name == "event.safe_word"; });
}

/// Why nothing that waits may go out from here on; null when it may. LINE would say 200 to what goes to a blocker (facts.md 60).
const char* why_held_back(const bot::Conversation& before, const bot::Decision& decision)
{
    if (wrote_safe_word(decision)) return "send.failed.safe_word";
    return before.reachable && !decision.next.reachable ? "send.failed.blocked" : nullptr;
}

/// A mark shows her "read" for its message and all before it: one that LINE delivers late does not take the newest's place.
void take_mark(bot::Conversation& next, const bot::Inbound& inbound, TimePoint newest_before)
{
    const bool is_late = inbound.sent_at < newest_before && !next.mark_as_read_token.empty();
    if (!is_late && !inbound.mark_as_read_token.empty()) next.mark_as_read_token = inbound.mark_as_read_token;
}

/// What the conversation itself remembers of a withdrawn message and of its later versions (edits.h).
void forget_words(bot::Conversation& conversation, const std::string& message_id)
{
    if (message_id.empty()) return;  // what she tapped has none
    const std::string edited = edit_prefix(message_id);
    const auto withdrawn = [&](const auto& words) { return words.message_id == message_id || words.message_id.starts_with(edited); };
    std::erase_if(conversation.answers, withdrawn);
    std::erase_if(conversation.recent_texts, withdrawn);
    auto& held = conversation.position.held;
    if (held && withdrawn(*held)) held.reset();
}

}  // namespace

net::awaitable<Received> DeskService::receive(bot::Inbound inbound, bot::Language language)
{
    const std::string identity = identity_key(inbound.desk, inbound.from);
    std::string turn_key = identity;
    const auto turn = co_await turns_.take(std::move(turn_key));
    if (!content_on_line(inbound.desk)) take_for_knock(inbound);
    const bool withdrawn = co_await was_withdrawn(inbound);
    if (withdrawn) co_return Received::repeated;
    co_await make_known(identity);

    bool came_too_late = false;
    for (int attempt = 0; attempt < decide_attempts_max; ++attempt) {
        auto known = co_await find_or_begin(inbound, identity, language);
        if (!known) co_return Received::refused;
        auto playbook = playbooks_.at_hand(known->conversation);
        if (!playbook) playbook = co_await playbooks_.for_conversation(known->conversation);
        auto decision = decide(known->conversation, inbound, *playbook);
        const auto room = index_.keep_room(known->conversation, decision.next);
        // The counselor she comes back to was given somebody else this instant. Her words do not wait for it for ever.
        if (!room && attempt + 1 < decide_attempts_max) continue;
        handoff::set_timers(known->conversation, decision, wake_rules(inbound.desk), clock_.now());
        if (came_too_late) tell_nobody_saw(decision);
        if (const auto* unsent = std::get_if<bot::Unsent>(&inbound.content)) forget_words(decision.next, unsent->message_id);
        if (!content_on_line(inbound.desk)) decision.next.reachable = true;  // in the web chat, which she may have open
        take_mark(decision.next, inbound, known->conversation.last_inbound_at);
        // What a person who comes back is shown is not documented (facts.md 100).
        if (std::holds_alternative<bot::Followed>(inbound.content) && !decision.next.rich_menu.empty())
            decision.next.rich_menu = bot::rich_menu_unknown;

        PlanInput input{.before = known->is_new ? nullptr : &known->conversation,
                        .version = known->version,
                        .from = &inbound.from,
                        .cause = inbound.event.text,
                        .cause_key = store::event_key(inbound.desk, inbound.event),
                        .cause_record = store::encode(store::EventTaken{inbound.received_at}),
                        .reply = inbound.standby ? std::nullopt : inbound.reply,
                        .content_on_line = content_on_line(inbound.desk),
                        .door_notice = std::nullopt,
                        .timers = {},
                        .now = clock_.now()};
        input.on_call = on_call_targets(desk(inbound.desk)->on_call);
        if (!known->is_new) input.timers = co_await timers_touched(decision);
        std::optional<DoorNotice> notice;
        if (!input.content_on_line && knocks(inbound)) notice = co_await door_notice(decision.next, DoorOccasion::she_wrote);
        if (notice) input.door_notice = std::move(notice->message);
        const char* held_back = why_held_back(known->conversation, decision);
        auto plan = plan_commit(input, std::move(decision));
        if (notice) append(plan.batch, std::move(notice->expects), std::move(notice->writes));
        const auto& next = plan.next;
        if (held_back != nullptr) co_await plan_holding_back(next, held_back, plan.batch);
        if (known->is_new) {
            plan.batch.expects.push_back({Space::identity, identity, store::absent});
            plan.batch.writes.push_back({Space::identity, identity, store::encode(store::Identity{next.person, next.id})});
        }
        if (std::holds_alternative<bot::Unsent>(inbound.content)) co_await plan_unsend(inbound, next, plan.batch);

        auto committed = co_await commit(std::move(plan.batch));
        if (committed.ok()) {
            published(next, std::move(plan.outbox));
            if (received_listener_) received_listener_(next);
            if (media_listener_)
                for (auto& work : plan.media) media_listener_(std::move(work));
            recent_.put(identity, std::move(plan.next_record), committed->version);
            co_return Received::committed;
        }
        if (committed.error() != store::CommitFailure::conflict) {
            doubt(identity, next, std::move(plan.outbox), std::move(plan.media));
            co_return Received::refused;
        }
        const auto why = co_await why_conflict(inbound);
        if (why == Conflict::repeated) co_return Received::repeated;
        if (why == Conflict::unsent_before_arrival) {
            // Its unsend overtook it: what is left of the message is that it was withdrawn (facts.md 31).
            inbound.content = bot::Unsent{std::exchange(inbound.message_id, {})};
            came_too_late = true;
        }
    }
    co_return Received::refused;
}

net::awaitable<std::optional<DeskService::Known>> DeskService::find_or_begin(const bot::Inbound& inbound,
                                                                             const std::string& identity,
                                                                             const bot::Language& language)
{
    if (auto recent = recent_.take(identity)) co_return Known{std::move(recent->conversation), recent->version, false};
    store::Naming her_conversation = [desk = inbound.desk](const store::Value& found) {
        const auto owner = decoded<store::Identity>(found.bytes, "identity");
        return store::RowName{Space::conversation, store::conversation_key(desk, owner.conversation)};
    };
    const auto found = co_await store_.get_named(Space::identity, identity, std::move(her_conversation));
    if (found) {
        if (!*found) throw std::runtime_error("an identity names a conversation that is not there");
        co_return Known{decoded<bot::Conversation>((*found)->bytes, "conversation"), (*found)->version, false};
    }
    const auto* desk = this->desk(inbound.desk);
    if (desk == nullptr) co_return std::nullopt;
    const auto now = clock_.now();
    Known begun;
    begun.is_new = true;
    auto& conversation = begun.conversation;
    conversation.desk = inbound.desk;
    conversation.id = ConversationId{make_ulid(now, random_.bits())};
    conversation.person = PersonId{make_ulid(now, random_.bits())};
    conversation.address = inbound.from;
    conversation.holder.since = now;
    const bool speaks = std::find(desk->languages.begin(), desk->languages.end(), language) != desk->languages.end();
    conversation.language = speaks ? language : desk->languages.front();
    conversation.opened_at = now;
    conversation.last_activity_at = now;
    co_return begun;
}

bot::Decision DeskService::decide(const bot::Conversation& conversation, const bot::Inbound& inbound, const bot::Playbook& playbook)
{
    const auto now = clock_.now();
    const auto view = index_.view(conversation, hours(inbound.desk, inbound.from.channel), now);
    return handoff::receive(conversation, inbound, playbook, view, now);
}

/// Removes what an unsend withdraws, in the same commit as its tombstone: the message and, behind it, its later versions
/// (edits.h), and its words where the bot read them back to her. A message that has not arrived yet leaves its
/// mark, so that its content is dropped when it does (facts.md 31); a later version may be there already.
net::awaitable<void> DeskService::plan_unsend(const bot::Inbound& inbound, const bot::Conversation& conversation,
                                               store::Batch& batch)
{
    const std::string message_id = std::get<bot::Unsent>(inbound.content).message_id;
    std::string place_key = store::message_key(inbound.desk, inbound.from.kind, inbound.from.channel, message_id);
    const auto found = co_await store_.get(Space::entry, place_key);
    if (!found) {
        batch.expects.push_back({Space::entry, place_key, store::absent});
        batch.writes.push_back({Space::entry, place_key, store::encode(store::EntryPlace{conversation.id, inbound.sent_at, 0})});
        auto whole_log = store::entries_of(conversation.desk, conversation.id);
        co_return co_await plan_withdrawing(message_id, 0, std::move(whole_log), conversation, batch);
    }
    const auto place = decoded<store::EntryPlace>(found->bytes, "message place");
    if (place.seq == 0 || place.conversation != conversation.id) co_return;
    auto from_here = store::entries_of(conversation.desk, conversation.id);
    from_here.from = store::entry_key(inbound.desk, place.conversation, place.at, place.seq);
    co_await plan_withdrawing(message_id, place.seq, std::move(from_here), conversation, batch);
}

/// The entry `seq` and all later versions of the message within `range`. `seq` is 0 when the message itself is not there.
net::awaitable<void> DeskService::plan_withdrawing(std::string message_id, std::uint64_t seq, store::Range range,
                                                   bot::Conversation conversation, store::Batch& batch)
{
    const auto sightings = co_await sightings_of(conversation.desk, conversation.id);
    const store::PersonScope scope{conversation.desk.text, conversation.person.text};
    const std::string edited = edit_prefix(message_id);
    range.limit = page_rows;
    std::vector<std::string> withdrawn;  // the words of every version found so far
    for (;;) {
        const auto rows = co_await store_.scan(range);
        for (const auto& row : rows) {
            auto entry = decoded<bot::Entry>(row.value.bytes, "log entry");
            if (entry.seq == seq || entry.message_id.starts_with(edited)) {
                withdrawn.push_back(entry.text);
                withdraw(message_id, row, std::move(entry), conversation, sightings, batch);
            } else if (entry.author.kind == bot::AuthorKind::bot && take_out(entry.text, withdrawn)) {
                batch.expects.push_back({Space::entry, row.key, row.value.version});
                batch.writes.push_back({Space::entry, row.key, store::encode(entry, scope)});
            }
        }
        if (rows.size() < page_rows) break;
        range = store::resume_after(range, rows.back().key);
    }
    co_await plan_unsending(std::move(withdrawn), conversation, batch);
}

/// Her words also leave what still waits to be sent, where it reads them back to her. What was tried is left as it is, for LINE
/// may have it: under its retry key nothing else may be said (pitfalls.md 2).
net::awaitable<void> DeskService::plan_unsending(std::vector<std::string> withdrawn, bot::Conversation conversation,
                                                 store::Batch& batch)
{
    auto range = store::outbox_of(conversation.desk, conversation.id);
    range.limit = page_rows;  // more than can wait for one person
    const auto rows = co_await store_.scan(std::move(range));
    for (const auto& row : rows) {
        auto waiting = decoded<store::OutboxRow>(row.value.bytes, "outbox row");
        if (waiting.by_human || waiting.first_attempt_at) continue;
        bool quotes = false;
        for (auto& message : waiting.messages) quotes |= take_out(message.message.text, withdrawn);
        if (!quotes) continue;
        batch.expects.push_back({Space::outbox, row.key, row.value.version});
        batch.writes.push_back({Space::outbox, row.key, store::encode(waiting)});
    }
}

/// After her safe word, or once she blocked us, nothing goes out that was said before it, by staff or by the bot: its entries say
/// so, and staff decide anew. What LINE may have already is tried no more either, and shown as unknown. A request that no entry
/// shows stays, for the doorway's notices are neutral.
net::awaitable<void> DeskService::plan_holding_back(bot::Conversation conversation, const char* why, store::Batch& batch)
{
    auto range = store::outbox_of(conversation.desk, conversation.id);
    range.limit = page_rows;  // more than can wait for one person
    const auto rows = co_await store_.scan(std::move(range));
    const store::PersonScope scope{conversation.desk.text, conversation.person.text};
    for (const auto& row : rows) {
        const auto waiting = decoded<store::OutboxRow>(row.value.bytes, "outbox row");
        const bool may_be_out = waiting.first_attempt_at && !waiting.refused_so_far;
        bool is_shown = false;
        for (const auto& message : waiting.messages) {
            std::string key = store::entry_key(conversation.desk, conversation.id, message.entry_at, message.entry_seq);
            const auto found = co_await store_.get(Space::entry, key);
            if (!found) continue;
            auto entry = decoded<bot::Entry>(found->bytes, "log entry");
            entry.state = may_be_out ? bot::SendState::unknown : bot::SendState::failed;
            entry.failure = may_be_out ? "send.failed.unknown" : why;
            batch.expects.push_back({Space::entry, key, found->version});
            batch.writes.push_back({Space::entry, std::move(key), store::encode(entry, scope)});
            is_shown = true;
        }
        if (!is_shown) continue;
        batch.expects.push_back({Space::outbox, row.key, row.value.version});
        batch.writes.push_back({Space::outbox, row.key, std::nullopt});
    }
}

/// A version that arrives after its message was withdrawn is withdrawn already: nothing of it is kept.
net::awaitable<bool> DeskService::was_withdrawn(const bot::Inbound& inbound)
{
    const std::string message_id = edited_message(inbound.message_id);
    if (message_id.empty()) co_return false;
    std::string place_key = store::message_key(inbound.desk, inbound.from.kind, inbound.from.channel, message_id);
    const auto found = co_await store_.get(Space::entry, std::move(place_key));
    if (!found) co_return false;
    const auto place = decoded<store::EntryPlace>(found->bytes, "message place");
    if (place.seq == 0) co_return true;
    std::string entry_key = store::entry_key(inbound.desk, place.conversation, place.at, place.seq);
    const auto row = co_await store_.get(Space::entry, std::move(entry_key));
    if (!row) co_return false;
    const auto entry = decoded<bot::Entry>(row->bytes, "log entry");
    co_return entry.content && std::holds_alternative<bot::Unsent>(*entry.content);
}

/// Nothing of the entry's content stays; its place in the log does, as a tombstone that tells staff who saw it.
void DeskService::withdraw(const std::string& message_id, const store::Row& row, bot::Entry entry,
                           const bot::Conversation& conversation, const std::vector<store::Sighting>& sightings, store::Batch& batch)
{
    entry.text.clear();
    entry.content = bot::Unsent{message_id};
    entry.event = told_of_withdrawn(sightings, entry.seq);
    entry.risk.reset();
    entry.media.reset();
    entry.failure.clear();
    const store::PersonScope scope{conversation.desk.text, conversation.person.text};
    batch.expects.push_back({Space::entry, row.key, row.value.version});
    batch.writes.push_back({Space::entry, row.key, store::encode(entry, scope)});
    batch.writes.push_back({Space::media, store::media_key(conversation.desk, conversation.id, entry.seq), std::nullopt});
    batch.writes.push_back({Space::media, store::media_work_key(conversation.desk, conversation.id, entry.seq), std::nullopt});
}

/// Tells a repeated event from one that merely lost a race and is decided again.
net::awaitable<DeskService::Conflict> DeskService::why_conflict(const bot::Inbound& inbound)
{
    std::string event_key = store::event_key(inbound.desk, inbound.event);
    const auto taken = co_await store_.get(Space::event, std::move(event_key));
    if (taken) co_return Conflict::repeated;
    if (inbound.message_id.empty()) co_return Conflict::lost_a_race;
    std::string place_key = store::message_key(inbound.desk, inbound.from.kind, inbound.from.channel, inbound.message_id);
    const auto message = co_await store_.get(Space::entry, std::move(place_key));
    if (!message) co_return Conflict::lost_a_race;
    const auto place = decoded<store::EntryPlace>(message->bytes, "message place");
    // The same message under another event id, or the mark of an unsend that came first.
    co_return place.seq != 0 ? Conflict::repeated : Conflict::unsent_before_arrival;
}

/// The timers that `decision` replaces or ends: those it names. Staff who are called may have been called under any name.
net::awaitable<std::vector<store::Timer>> DeskService::timers_touched(const bot::Decision& decision)
{
    std::vector<std::string> names;
    bool calls_staff = false;
    for (const auto& effect : decision.effects) {
        if (const auto* set = std::get_if<bot::SetTimer>(&effect)) names.push_back(set->name);
        if (const auto* cancel = std::get_if<bot::CancelTimer>(&effect)) names.push_back(cancel->name);
        calls_staff |= std::holds_alternative<bot::AlarmStaff>(effect);
    }
    const auto desk = decision.next.desk;
    const auto conversation = decision.next.id;
    std::vector<store::Value> found;
    if (calls_staff) {
        auto range = store::timers_of(desk, conversation);
        auto rows = co_await store_.scan(std::move(range));
        for (auto& row : rows) found.push_back(std::move(row.value));
    } else {
        for (const auto& name : names) {
            std::string key = store::timer_name_key(desk, conversation, name);
            auto value = co_await store_.get(Space::timer, std::move(key));
            if (value) found.push_back(std::move(*value));
        }
    }
    std::vector<store::Timer> timers;
    for (const auto& value : found) {
        auto timer = store::decode<store::Timer>(value.bytes);
        if (timer.ok()) timers.push_back(std::move(timer).value());  // her words do not wait for a row that cannot be read
    }
    co_return timers;
}

}  // namespace tsunagi::desk
