#include "server/desk/desk_service.h"

#include "bot/flow/summary.h"
#include "handoff/queue/receive.h"
#include "handoff/queue/wake.h"
#include "server/desk/edits.h"
#include "server/desk/keyed_hash.h"
#include "server/desk/media_link.h"
#include "server/store/keys.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tsunagi::desk {
namespace {

using store::Space;

/// A commit that loses to another process is decided again this often; a person's own events never compete here.
constexpr int decide_attempts_max = 8;
constexpr std::size_t page_rows = 500;

template <class Record>
Record decoded(const std::string& bytes, const char* what)
{
    auto record = store::decode<Record>(bytes);
    if (!record.ok()) throw std::runtime_error(std::string(what) + ": " + std::string(to_text(record.error())));
    return std::move(record).value();
}

std::string staff_turn(const DeskId& desk, const CounselorId& counselor) { return "staff/" + desk.text + "/" + counselor.text; }

/// The counselors whose load a command may change.
std::vector<std::string> staff_turns(const Command& command)
{
    std::vector<std::string> keys{staff_turn(command.desk, command.by)};
    const auto* transfer = std::get_if<Transfer>(&command.action);
    if (transfer != nullptr && transfer->to && *transfer->to != command.by) keys.push_back(staff_turn(command.desk, *transfer->to));
    std::sort(keys.begin(), keys.end());
    return keys;
}

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

/// Whether a human's words to her are in `decision`.
bool speaks_to_her(const bot::Decision& decision)
{
    return std::any_of(decision.effects.begin(), decision.effects.end(), [](const bot::Effect& effect) {
        const auto* send = std::get_if<bot::Send>(&effect);
        return send != nullptr && send->by_human;
    });
}

void append(store::Batch& batch, std::vector<store::Expect> expects, std::vector<store::Write> writes)
{
    for (auto& expect : expects) batch.expects.push_back(std::move(expect));
    for (auto& write : writes) batch.writes.push_back(std::move(write));
}

/// What the conversation itself remembers of a withdrawn message and of its later versions (edits.h).
void forget_words(bot::Conversation& conversation, const std::string& message_id)
{
    const std::string edited = edit_prefix(message_id);
    const auto withdrawn = [&](const auto& words) { return words.message_id == message_id || words.message_id.starts_with(edited); };
    std::erase_if(conversation.answers, withdrawn);
    std::erase_if(conversation.recent_texts, withdrawn);
    auto& held = conversation.position.held;
    if (held && withdrawn(*held)) held.reset();
}

CommandFailure failure_of(handoff::Refusal refusal, const bot::Conversation& conversation)
{
    return {.kind = CommandFailure::Kind::refused, .refusal = refusal, .holder_name = conversation.holder.counselor_name};
}

}  // namespace

DeskService::DeskService(store::Store& store, const config::Loaded& config, Clock& clock, Random& random)
    : store_(store), config_(config), clock_(clock), random_(random), playbooks_(store, config)
{
    const auto derived = keyed_hash(config.server.master_key, "tsunagi identity lookup");
    identity_secret_.assign(derived.begin(), derived.end());
    const auto derived_for_links = keyed_hash(config.server.master_key, "tsunagi media links");
    link_secret_.assign(derived_for_links.begin(), derived_for_links.end());
}

// ---------------------------------------------------------------------------- start

net::awaitable<void> DeskService::start()
{
    co_await playbooks_.keep_current();
    for (const auto& desk : config_.desks) {
        co_await load_staff(desk.id);
        co_await load_held(desk.id);
    }
}

net::awaitable<void> DeskService::load_staff(DeskId desk)
{
    auto range = store::staff_of(desk);
    range.limit = page_rows;
    for (;;) {
        const auto rows = co_await store_.scan(range);
        for (const auto& row : rows)
            index_.put(decoded<store::StaffAccount>(row.value.bytes, "staff account"), this->desk(desk)->capacity_per_counselor);
        if (rows.size() < page_rows) co_return;
        range = store::resume_after(range, rows.back().key);
    }
}

net::awaitable<void> DeskService::load_held(DeskId desk)
{
    for (const auto kind : {bot::HolderKind::queue, bot::HolderKind::counselor}) {
        auto range = store::held_by(desk, kind);
        range.limit = page_rows;
        for (;;) {
            const auto rows = co_await store_.scan(range);
            for (const auto& row : rows) {
                const auto id = store::conversation_of_queue_key(row.key);
                if (!id) continue;
                const auto loaded = co_await load(desk, *id);
                if (loaded) index_.put(loaded->conversation);
            }
            if (rows.size() < page_rows) break;
            range = store::resume_after(range, rows.back().key);
        }
    }
}

// ---------------------------------------------------------------------------- an event from a person

net::awaitable<Received> DeskService::receive(bot::Inbound inbound, bot::Language language)
{
    const std::string identity = identity_key(inbound.desk, inbound.from);
    std::string turn_key = identity;
    const auto turn = co_await turns_.take(std::move(turn_key));
    if (!content_on_line(inbound.desk)) take_for_knock(inbound);

    for (int attempt = 0; attempt < decide_attempts_max; ++attempt) {
        auto known = co_await find_or_begin(inbound, identity, language);
        if (!known) co_return Received::refused;
        auto playbook = playbooks_.at_hand(known->conversation);
        if (!playbook) playbook = co_await playbooks_.for_conversation(known->conversation);
        auto decision = decide(known->conversation, inbound, *playbook);
        handoff::set_timers(known->conversation, decision, wake_rules(inbound.desk), clock_.now());
        if (const auto* unsent = std::get_if<bot::Unsent>(&inbound.content)) forget_words(decision.next, unsent->message_id);
        if (!inbound.mark_as_read_token.empty()) decision.next.mark_as_read_token = inbound.mark_as_read_token;

        PlanInput input{.before = known->is_new ? nullptr : &known->conversation,
                        .version = known->version,
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
        auto plan = plan_commit(input, std::move(decision));
        if (notice) append(plan.batch, std::move(notice->expects), std::move(notice->writes));
        const auto& next = plan.next;
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
            recent_.put(identity, {std::move(plan.next), committed->version});
            co_return Received::committed;
        }
        if (committed.error() != store::CommitFailure::conflict) co_return Received::refused;
        const auto why = co_await why_conflict(inbound);
        if (why == Conflict::repeated) co_return Received::repeated;
        if (why == Conflict::unsent_before_arrival) {
            // Its unsend overtook it: what is left of the message is that it was withdrawn (facts.md 31).
            inbound.content = bot::Unsent{std::exchange(inbound.message_id, {})};
        }
    }
    co_return Received::refused;
}

net::awaitable<std::optional<DeskService::Known>> DeskService::find_or_begin(const bot::Inbound& inbound,
                                                                             const std::string& identity,
                                                                             const bot::Language& language)
{
    if (auto recent = recent_.take(identity)) co_return Known{std::move(recent->conversation), recent->version, false};
    const auto found = co_await store_.get(Space::identity, identity);
    if (found) {
        const auto owner = decoded<store::Identity>(found->bytes, "identity");
        auto loaded = co_await load(inbound.desk, owner.conversation);
        if (!loaded) throw std::runtime_error("an identity names a conversation that is not there");
        co_return Known{std::move(loaded->conversation), loaded->version, false};
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

bot::Decision DeskService::decide(bot::Conversation& conversation, const bot::Inbound& inbound, const bot::Playbook& playbook)
{
    if (conversation.position.running() && conversation.position.playbook != playbook.version)
        conversation.position = {};  // its version can no longer be read: she is asked anew instead of being stuck
    const auto now = clock_.now();
    const auto view = index_.view(conversation, hours(inbound.desk, inbound.from.channel), now);
    return handoff::receive(conversation, inbound, playbook, view, now);
}

/// Removes what an unsend withdraws, in the same commit as its tombstone. A message that has not arrived yet leaves its
/// mark, so that its content is dropped when it does (facts.md 31).
net::awaitable<void> DeskService::plan_unsend(const bot::Inbound& inbound, const bot::Conversation& conversation,
                                               store::Batch& batch)
{
    const std::string message_id = std::get<bot::Unsent>(inbound.content).message_id;
    std::string place_key = store::message_key(inbound.desk, inbound.from.kind, inbound.from.channel, message_id);
    const auto found = co_await store_.get(Space::entry, place_key);
    if (!found) {
        batch.expects.push_back({Space::entry, place_key, store::absent});
        batch.writes.push_back({Space::entry, place_key, store::encode(store::EntryPlace{conversation.id, inbound.sent_at, 0})});
        co_return;
    }
    const auto place = decoded<store::EntryPlace>(found->bytes, "message place");
    if (place.seq == 0 || place.conversation != conversation.id) co_return;
    auto range = store::entries_of(conversation.desk, conversation.id);
    range.from = store::entry_key(inbound.desk, place.conversation, place.at, place.seq);
    range.limit = page_rows;
    const auto rows = co_await store_.scan(std::move(range));  // itself and, behind it, its later versions (edits.h)
    const std::string edited = edit_prefix(message_id);
    for (const auto& row : rows) {
        const auto entry = decoded<bot::Entry>(row.value.bytes, "log entry");
        if (entry.seq != place.seq && !entry.message_id.starts_with(edited)) continue;
        co_await plan_unsaying(entry.text, row.key, conversation, batch);
        withdraw(message_id, row, entry, conversation, batch);
    }
}

/// Nothing of the entry's content stays; its place in the log does, as a tombstone.
void DeskService::withdraw(const std::string& message_id, const store::Row& row, bot::Entry entry,
                           const bot::Conversation& conversation, store::Batch& batch)
{
    entry.text.clear();
    entry.content = bot::Unsent{message_id};
    entry.risk.reset();
    entry.media.reset();
    entry.failure.clear();
    const store::PersonScope scope{conversation.desk.text, conversation.person.text};
    batch.expects.push_back({Space::entry, row.key, row.value.version});
    batch.writes.push_back({Space::entry, row.key, store::encode(entry, scope)});
    batch.writes.push_back({Space::media, store::media_key(conversation.desk, conversation.id, entry.seq), std::nullopt});
    batch.writes.push_back({Space::media, store::media_work_key(conversation.desk, conversation.id, entry.seq), std::nullopt});
}

/// Her words also stand where the bot read them back to her: they leave those lines of the log, too.
net::awaitable<void> DeskService::plan_unsaying(std::string words, std::string from_key, bot::Conversation conversation,
                                                store::Batch& batch)
{
    if (words.empty()) co_return;
    auto range = store::entries_of(conversation.desk, conversation.id);
    range.from = std::move(from_key);
    range.limit = page_rows;
    const store::PersonScope scope{conversation.desk.text, conversation.person.text};
    for (;;) {
        const auto rows = co_await store_.scan(range);
        for (const auto& row : rows) {
            auto entry = decoded<bot::Entry>(row.value.bytes, "log entry");
            if (entry.author.kind != bot::AuthorKind::bot || !bot::take_out_of_summary(entry.text, words)) continue;
            batch.expects.push_back({Space::entry, row.key, row.value.version});
            batch.writes.push_back({Space::entry, row.key, store::encode(entry, scope)});
        }
        if (rows.size() < page_rows) co_return;
        range = store::resume_after(range, rows.back().key);
    }
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

net::awaitable<std::vector<store::Timer>> DeskService::timers_touched(const bot::Decision& decision)
{
    std::vector<store::Timer> timers;
    const bool touches = std::any_of(decision.effects.begin(), decision.effects.end(), [](const bot::Effect& effect) {
        return std::holds_alternative<bot::SetTimer>(effect) || std::holds_alternative<bot::CancelTimer>(effect) ||
               std::holds_alternative<bot::AlarmStaff>(effect);
    });
    if (!touches) co_return timers;
    auto range = store::timers_of(decision.next.desk, decision.next.id);
    const auto rows = co_await store_.scan(std::move(range));
    for (const auto& row : rows) timers.push_back(decoded<store::Timer>(row.value.bytes, "timer"));
    co_return timers;
}

/// Commits. `unavailable` may also mean that only the answer was lost: then the rows are on disk, and what they cause must
/// be made known as after any commit, or a message waits for the next restart. A conversation's record counts its changes,
/// so its bytes tell this commit from every other.
net::awaitable<Result<store::Committed, store::CommitFailure>> DeskService::commit(store::Batch batch)
{
    std::optional<store::Write> witness;
    for (const auto& write : batch.writes)
        if (write.bytes && (write.space == Space::conversation || write.space == Space::staff)) witness = write;
    const auto committed = co_await store_.commit(std::move(batch));
    if (committed.ok() || committed.error() != store::CommitFailure::unavailable || !witness) co_return committed;
    const auto found = co_await store_.get(witness->space, witness->key);
    if (!found || found->bytes != *witness->bytes) co_return committed;
    co_return store::Committed{found->version, found->version};
}

void DeskService::published(const bot::Conversation& next, std::vector<store::OutboxRow> outbox)
{
    index_.put(next);
    if (!outbox_listener_) return;
    for (auto& row : outbox) outbox_listener_(std::move(row));
}

// ---------------------------------------------------------------------------- a timer

net::awaitable<bool> DeskService::wake(store::Timer timer)
{
    const auto unlocked = co_await load(timer.desk, timer.conversation);
    if (!unlocked) co_return co_await forget(std::move(timer));
    const std::string identity = identity_key(timer.desk, unlocked->conversation.address);
    std::string turn_key = identity;
    const auto turn = co_await turns_.take(std::move(turn_key));
    recent_.forget(identity);  // as for a command

    const std::string name_key = store::timer_name_key(timer.desk, timer.conversation, timer.name);
    for (int attempt = 0; attempt < decide_attempts_max; ++attempt) {
        const auto known = co_await load(timer.desk, timer.conversation);
        const auto set = co_await store_.get(Space::timer, name_key);
        if (!known || !set || decoded<store::Timer>(set->bytes, "timer").due != timer.due) co_return true;  // replaced meanwhile

        const auto playbook = co_await playbooks_.for_conversation(known->conversation);
        const auto now = clock_.now();
        const auto view = index_.view(known->conversation, hours(timer.desk, known->conversation.address.channel), now);
        auto decision = handoff::wake(known->conversation, timer.name, *playbook, view, wake_rules(timer.desk), now);
        PlanInput input{.before = &known->conversation,
                        .version = known->version,
                        .cause = "timer/" + timer.name + "/" + std::to_string(to_unix_ms(timer.due)),
                        .cause_key = {},
                        .cause_record = {},
                        .reply = std::nullopt,
                        .content_on_line = content_on_line(timer.desk),
                        .door_notice = std::nullopt,
                        .timers = {timer},
                        .now = now};
        const bot::Conversation next = decision.next;
        auto plan = plan_commit(input, std::move(decision));
        plan.batch.expects.push_back({Space::timer, name_key, set->version});  // so that it fires once
        const auto committed = co_await commit(std::move(plan.batch));
        if (committed.ok()) {
            published(next, std::move(plan.outbox));
            co_return true;
        }
        if (committed.error() != store::CommitFailure::conflict) co_return false;
    }
    co_return false;
}

/// A timer whose conversation was erased.
net::awaitable<bool> DeskService::forget(store::Timer timer)
{
    store::Batch batch;
    batch.writes.push_back({Space::timer, store::timer_key(timer.due, timer.desk, timer.conversation, timer.name), std::nullopt});
    batch.writes.push_back({Space::timer, store::timer_name_key(timer.desk, timer.conversation, timer.name), std::nullopt});
    const auto committed = co_await store_.commit(std::move(batch));
    co_return committed.ok();
}

// ---------------------------------------------------------------------------- a counselor's command

net::awaitable<Result<Commanded, CommandFailure>> DeskService::command(Command command)
{
    // The turns of the counselors it concerns first: two changes at once must not both see room under one's capacity.
    // Always in the order of their ids, so that two of them never wait for each other.
    std::vector<std::string> staff_keys = staff_turns(command);
    std::vector<Turns::Turn> staff_turns_held;
    for (auto& key : staff_keys) {
        auto staff_turn = co_await turns_.take(std::move(key));
        staff_turns_held.push_back(std::move(staff_turn));
    }
    const auto unlocked = co_await load(command.desk, command.conversation);
    if (!unlocked) co_return CommandFailure{.kind = CommandFailure::Kind::no_such_conversation};
    const std::string identity = identity_key(command.desk, unlocked->conversation.address);
    std::string turn_key = identity;
    const auto turn = co_await turns_.take(std::move(turn_key));
    recent_.forget(identity);  // whatever becomes of the command: her next event reads what is stored

    // A key counts within one counselor and one conversation: reused elsewhere it is another change.
    const CounselorId scope{command.by.text + "/" + command.conversation.text};
    const std::string cause_key = store::command_key(command.desk, scope, command.idempotency_key);
    for (int attempt = 0; attempt < decide_attempts_max; ++attempt) {
        auto known = co_await load(command.desk, command.conversation);
        if (!known) co_return CommandFailure{.kind = CommandFailure::Kind::no_such_conversation};
        const auto done_before = co_await store_.get(Space::event, cause_key);
        if (done_before) co_return Commanded{known->conversation, {}};

        std::optional<StoredEntry> marked;
        if (const auto* dismiss = std::get_if<DismissMark>(&command.action)) {
            marked = co_await find_entry(command.desk, command.conversation, dismiss->seq);
            if (!marked) co_return failure_of(handoff::Refusal::no_such_mark, known->conversation);
        }
        auto decided = co_await decide_command(command, known->conversation, marked ? &*marked : nullptr);
        if (!decided.ok()) co_return decided.error();
        auto decision = std::move(decided).value();
        handoff::set_timers(known->conversation, decision, wake_rules(command.desk), clock_.now());
        PlanInput input{.before = &known->conversation,
                        .version = known->version,
                        .cause = command.by.text + "/" + command.idempotency_key,
                        .cause_key = cause_key,
                        .cause_record = store::encode(store::CommandResult{.status = 200, .body = {}, .at = clock_.now()}),
                        .reply = std::nullopt,
                        .content_on_line = content_on_line(command.desk),
                        .door_notice = std::nullopt,
                        .timers = {},
                        .now = clock_.now()};
        input.timers = co_await timers_touched(decision);
        std::optional<store::Write> blob;
        if (const auto* media = std::get_if<SendMedia>(&command.action)) blob = attach(decision, *media);
        Commanded commanded{decision.next, decision.log};
        std::optional<DoorNotice> notice;
        if (speaks_to_her(decision)) notice = co_await door_notice(commanded.conversation, DoorOccasion::we_answered);
        if (notice) input.door_notice = std::move(notice->message);
        auto plan = plan_commit(input, std::move(decision));
        if (notice) append(plan.batch, std::move(notice->expects), std::move(notice->writes));
        if (blob) plan.batch.writes.push_back(std::move(*blob));
        if (marked) {
            const store::PersonScope whose{commanded.conversation.desk.text, commanded.conversation.person.text};
            plan.batch.expects.push_back({Space::entry, marked->key, marked->version});
            plan.batch.writes.push_back({Space::entry, marked->key, store::encode(marked->entry, whose)});
        }
        auto committed = co_await commit(std::move(plan.batch));
        if (committed.ok()) {
            published(commanded.conversation, std::move(plan.outbox));
            co_return commanded;
        }
        if (committed.error() != store::CommitFailure::conflict) co_return CommandFailure{};
    }
    co_return CommandFailure{};
}

net::awaitable<std::optional<DeskService::StoredEntry>> DeskService::find_entry(DeskId desk, ConversationId conversation,
                                                                              std::uint64_t seq)
{
    auto range = store::entries_of(desk, conversation);
    range.backwards = true;  // marks are looked at soon after they were made
    range.limit = page_rows;
    for (;;) {
        const auto rows = co_await store_.scan(range);
        for (const auto& row : rows) {
            auto entry = decoded<bot::Entry>(row.value.bytes, "log entry");
            if (entry.seq == seq) co_return StoredEntry{row.key, row.value.version, std::move(entry)};
        }
        if (rows.size() < page_rows) co_return std::nullopt;
        range = store::resume_after(range, rows.back().key);
    }
}

net::awaitable<std::optional<bot::Entry>> DeskService::entry(DeskId desk, ConversationId conversation, std::uint64_t seq)
{
    auto found = co_await find_entry(std::move(desk), std::move(conversation), seq);
    if (!found) co_return std::nullopt;
    co_return std::move(found->entry);
}

net::awaitable<Result<bot::Decision, CommandFailure>> DeskService::decide_command(Command command,
                                                                                 bot::Conversation conversation,
                                                                                 StoredEntry* marked)
{
    const auto counselor = index_.counselor(command.desk, command.by);
    if (!counselor) co_return CommandFailure{.kind = CommandFailure::Kind::no_such_counselor};
    const auto playbook = co_await playbooks_.for_conversation(conversation);
    const auto now = clock_.now();

    struct Decide {
        const DeskIndex& index;
        const bot::Conversation& conversation;
        const handoff::Counselor& counselor;
        const bot::Playbook& playbook;
        StoredEntry* marked;
        TimePoint now;
        handoff::Outcome operator()(const Claim&) const { return handoff::claim(conversation, counselor, playbook, now); }
        handoff::Outcome operator()(const SendText& action) const
        {
            return handoff::send_text(conversation, counselor, action.text, now);
        }
        handoff::Outcome operator()(const SendMedia& action) const
        {
            return handoff::send_text(conversation, counselor, action.file_name, now);
        }
        handoff::Outcome operator()(const AddNote& action) const
        {
            return handoff::add_note(conversation, counselor, action.text, now);
        }
        handoff::Outcome operator()(const Transfer& action) const
        {
            std::optional<handoff::Counselor> to;
            if (action.to) {
                to = index.counselor(conversation.desk, *action.to);
                if (!to) return handoff::Refusal::no_such_counselor;
            }
            return handoff::transfer(conversation, counselor, to, action.reason, playbook, now);
        }
        handoff::Outcome operator()(const ReturnToBot&) const
        {
            return handoff::return_to_bot(conversation, counselor, playbook, now);
        }
        handoff::Outcome operator()(const Close& action) const
        {
            return handoff::close(conversation, counselor, action.outcome, action.say_goodbye, playbook, now);
        }
        handoff::Outcome operator()(const SetRisk& action) const
        {
            return handoff::set_risk(conversation, counselor, action.level, action.reason, now);
        }
        handoff::Outcome operator()(const DismissMark& action) const
        {
            auto dismissed = handoff::dismiss_mark(conversation, marked->entry, counselor, action.reason, now);
            if (!dismissed.ok()) return dismissed.error();
            marked->entry.risk = std::move(dismissed.value().mark);
            return std::move(dismissed.value().decision);
        }
        handoff::Outcome operator()(const EndDisguise& action) const
        {
            return handoff::end_disguise(conversation, counselor, action.reason, now);
        }
        handoff::Outcome operator()(const SetSafeContact& action) const
        {
            return handoff::set_safe_contact(conversation, counselor, action.contact, now);
        }
    };
    auto outcome = std::visit(Decide{index_, conversation, *counselor, *playbook, marked, now}, command.action);
    if (!outcome.ok()) co_return failure_of(outcome.error(), conversation);
    co_return std::move(outcome).value();
}

// ---------------------------------------------------------------------------- reading and duty

net::awaitable<std::optional<Loaded>> DeskService::load(DeskId desk, ConversationId conversation)
{
    std::string key = store::conversation_key(desk, conversation);
    const auto found = co_await store_.get(Space::conversation, std::move(key));
    if (!found) co_return std::nullopt;
    co_return Loaded{decoded<bot::Conversation>(found->bytes, "conversation"), found->version};
}

net::awaitable<std::optional<store::Identity>> DeskService::owner_of(DeskId desk, bot::ChannelAddress address)
{
    std::string key = identity_key(desk, address);
    const auto found = co_await store_.get(Space::identity, std::move(key));
    if (!found) co_return std::nullopt;
    co_return decoded<store::Identity>(found->bytes, "identity");
}

/// Turns the words of `decision` (the file's name) into the media with that name; what must be stored beside them.
std::optional<store::Write> DeskService::attach(bot::Decision& decision, const SendMedia& media) const
{
    const auto said = std::find_if(decision.log.begin(), decision.log.end(),
                                   [](const bot::Entry& entry) { return entry.kind == bot::EntryKind::outbound; });
    if (said == decision.log.end()) return std::nullopt;
    const auto& next = decision.next;
    const bool is_picture = media.mime.starts_with("image/");
    said->media = bot::OutboundMedia{.kind = is_picture ? bot::MediaKind::image : bot::MediaKind::file,
                                     .blob = make_media_link(link_secret_, {next.desk, next.id, said->seq}, clock_.now()),
                                     .file_name = media.file_name,
                                     .mime = media.mime,
                                     .size_bytes = static_cast<std::int64_t>(media.bytes->size())};
    for (auto& effect : decision.effects)
        if (auto* send = std::get_if<bot::Send>(&effect))
            for (std::size_t i = 0; i < send->messages.size(); ++i)
                if (send->entries.at(i) == said->seq) send->messages[i].media = said->media;
    const store::PersonScope scope{next.desk.text, next.person.text};
    const store::MediaBlob blob{.mime = media.mime, .file_name = media.file_name, .bytes = *media.bytes};
    return store::Write{Space::media, store::media_key(next.desk, next.id, said->seq), store::encode(blob, scope)};
}

net::awaitable<std::optional<store::MediaBlob>> DeskService::media_behind(std::string link)
{
    const auto place = read_media_link(link_secret_, link, clock_.now());
    if (!place) co_return std::nullopt;
    std::string key = store::media_key(place->desk, place->conversation, place->entry_seq);
    const auto found = co_await store_.get(Space::media, std::move(key));
    if (!found) co_return std::nullopt;
    co_return decoded<store::MediaBlob>(found->bytes, "media");
}

net::awaitable<bool> DeskService::amend(DeskId desk, ConversationId conversation, Edit edit)
{
    const auto unlocked = co_await load(desk, conversation);
    if (!unlocked) co_return false;
    const std::string identity = identity_key(desk, unlocked->conversation.address);
    std::string turn_key = identity;
    const auto turn = co_await turns_.take(std::move(turn_key));
    recent_.forget(identity);  // as for a command
    for (int attempt = 0; attempt < decide_attempts_max; ++attempt) {
        auto known = co_await load(desk, conversation);
        if (!known) co_return false;
        auto& next = known->conversation;
        if (!edit(next)) co_return true;
        ++next.revision;
        const std::string key = store::conversation_key(desk, conversation);
        store::Batch batch;
        batch.expects.push_back({Space::conversation, key, known->version});
        batch.writes.push_back({Space::conversation, key, store::encode(next)});
        batch.notices.push_back({desk.text, "conversation", conversation.text, next.revision});
        const auto committed = co_await commit(std::move(batch));
        if (committed.ok()) {
            index_.put(next);
            co_return true;
        }
        if (committed.error() != store::CommitFailure::conflict) co_return false;
    }
    co_return false;
}

net::awaitable<bool> DeskService::set_duty(DeskId desk, CounselorId counselor, bool on_duty)
{
    std::string turn_key = staff_turn(desk, counselor);
    const auto turn = co_await turns_.take(std::move(turn_key));
    const std::string key = store::staff_key(desk, counselor);
    for (int attempt = 0; attempt < decide_attempts_max; ++attempt) {
        const auto found = co_await store_.get(Space::staff, key);
        if (!found) co_return false;
        auto account = decoded<store::StaffAccount>(found->bytes, "staff account");
        account.on_duty = on_duty;
        account.duty_since = clock_.now();
        store::Batch batch;
        batch.expects.push_back({Space::staff, key, found->version});
        batch.writes.push_back({Space::staff, key, store::encode(account)});
        batch.notices.push_back({desk.text, "staff", "", 0});
        const auto committed = co_await commit(std::move(batch));
        if (committed.ok()) {
            index_.put(account, this->desk(desk)->capacity_per_counselor);
            co_return true;
        }
        if (committed.error() != store::CommitFailure::conflict) co_return false;
    }
    co_return false;
}

bool DeskService::content_on_line(const DeskId& desk) const
{
    const auto* found = this->desk(desk);
    return found == nullptr || found->content_on_line == config::ContentOnLine::in_line;
}

/// What LINE is told in place of content. Nothing where content may go there itself.
net::awaitable<std::optional<DoorNotice>> DeskService::door_notice(bot::Conversation next, DoorOccasion occasion)
{
    if (content_on_line(next.desk) || !doorway_) co_return std::nullopt;
    co_return co_await doorway_(std::move(next), occasion);
}

const config::DeskConfig* DeskService::desk(const DeskId& id) const
{
    const auto found = std::find_if(config_.desks.begin(), config_.desks.end(),
                                    [&id](const config::DeskConfig& desk) { return desk.id == id; });
    return found == config_.desks.end() ? nullptr : &*found;
}

std::string DeskService::identity_key(const DeskId& desk, const bot::ChannelAddress& address) const
{
    const std::string text = desk.text + '\n' + std::to_string(static_cast<int>(address.kind)) + '\n' + address.channel +
                             '\n' + address.user;
    return store::identity_key(desk, address.kind, address.channel, keyed_hash(identity_secret_, text));
}

const handoff::WakeRules& DeskService::wake_rules(const DeskId& desk) const
{
    static const handoff::WakeRules standard;
    const auto* found = this->desk(desk);
    return found == nullptr ? standard : found->wake;
}

const handoff::OpeningHours& DeskService::hours(const DeskId& desk, const std::string& channel) const
{
    static const handoff::OpeningHours always_closed;
    const auto* found = this->desk(desk);
    if (found != nullptr && channel == web_channel && found->web_chat.hours) return *found->web_chat.hours;
    if (found == nullptr || found->line_channels.empty()) return always_closed;
    for (const auto& line : found->line_channels)
        if (line.name == channel) return line.hours;
    return found->line_channels.front().hours;
}

}  // namespace tsunagi::desk
