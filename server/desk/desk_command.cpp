#include "server/desk/desk_parts.h"

#include "server/desk/edits.h"
#include "server/store/keys.h"

#include <algorithm>
#include <utility>

namespace tsunagi::desk {
namespace {

using store::Space;

/// The counselors whose load a command may change.
std::vector<std::string> staff_turns(const Command& command)
{
    std::vector<std::string> keys{staff_turn(command.desk, command.by)};
    const auto* transfer = std::get_if<Transfer>(&command.action);
    if (transfer != nullptr && transfer->to && *transfer->to != command.by) keys.push_back(staff_turn(command.desk, *transfer->to));
    std::sort(keys.begin(), keys.end());
    return keys;
}

/// Whether a human's words to her are in `decision`.
bool speaks_to_her(const bot::Decision& decision)
{
    return std::any_of(decision.effects.begin(), decision.effects.end(), [](const bot::Effect& effect) {
        const auto* send = std::get_if<bot::Send>(&effect);
        return send != nullptr && send->by_human;
    });
}

CommandFailure failure_of(handoff::Refusal refusal, const bot::Conversation& conversation)
{
    return {.kind = CommandFailure::Kind::refused, .refusal = refusal, .holder_name = conversation.holder.counselor_name};
}

/// A key counts within one counselor and one conversation: reused elsewhere it is another change.
std::string cause_key_of(const DeskId& desk, const ConversationId& conversation, const CounselorId& by, const std::string& key)
{
    return store::command_key(desk, CounselorId{by.text + "/" + conversation.text}, key);
}

}  // namespace

net::awaitable<bool> DeskService::was_done(DeskId desk, ConversationId conversation, CounselorId by, std::string idempotency_key)
{
    std::string cause_key = cause_key_of(desk, conversation, by, idempotency_key);
    const auto done = co_await store_.get(Space::event, std::move(cause_key));
    co_return done.has_value();
}

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
    co_await make_known(identity);

    const std::string cause_key = cause_key_of(command.desk, command.conversation, command.by, command.idempotency_key);
    for (int attempt = 0; attempt < decide_attempts_max; ++attempt) {
        auto known = co_await load(command.desk, command.conversation);
        if (!known) co_return CommandFailure{.kind = CommandFailure::Kind::no_such_conversation};
        const auto done_before = co_await store_.get(Space::event, cause_key);
        if (done_before) co_return Commanded{known->conversation, {}};
        const auto cause_record = store::encode(store::CommandResult{.status = 200, .body = {}, .at = clock_.now()});
        const auto& holder = known->conversation.holder;
        if (std::holds_alternative<Claim>(command.action) && holder.is_counselor() && holder.counselor == command.by) {
            // Hers already. Only its key is kept: asked again once she handed it on, it must not take it back.
            store::Batch batch;
            batch.expects.push_back({Space::event, cause_key, store::absent});
            batch.writes.push_back({Space::event, cause_key, cause_record});
            const auto kept = co_await store_.commit(std::move(batch));
            if (kept.ok()) co_return Commanded{known->conversation, {}};
            if (kept.error() != store::CommitFailure::conflict) co_return CommandFailure{};
            continue;
        }

        std::optional<StoredEntry> marked;
        if (const auto* dismiss = std::get_if<DismissMark>(&command.action)) {
            marked = co_await find_entry(command.desk, command.conversation, dismiss->seq);
            if (!marked) co_return failure_of(handoff::Refusal::no_such_mark, known->conversation);
        }
        auto decided = co_await decide_command(command, known->conversation, marked ? &*marked : nullptr);
        if (!decided.ok()) co_return decided.error();
        auto decision = std::move(decided).value();
        const auto room = index_.keep_room(known->conversation, decision.next);
        if (!room) continue;  // somebody came back to the counselor this instant
        handoff::set_timers(known->conversation, decision, wake_rules(command.desk), clock_.now());
        PlanInput input{.before = &known->conversation,
                        .version = known->version,
                        .cause = command.by.text + "/" + command.idempotency_key,
                        .cause_key = cause_key,
                        .cause_record = cause_record,
                        .reply = std::nullopt,
                        .content_on_line = content_on_line(command.desk),
                        .door_notice = std::nullopt,
                        .timers = {},
                        .now = clock_.now()};
        std::optional<DoorNotice> notice;
        if (speaks_to_her(decision)) notice = co_await ring(decision, DoorOccasion::we_answered);
        if (notice) input.door_notice = std::move(notice->message);
        input.timers = co_await timers_touched(decision);
        std::optional<store::Write> blob;
        if (const auto* media = std::get_if<SendMedia>(&command.action)) blob = attach(decision, *media);
        Commanded commanded{decision.next, decision.log};
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
        if (committed.error() != store::CommitFailure::conflict) {
            doubt(identity, commanded.conversation, std::move(plan.outbox), std::move(plan.media));
            co_return CommandFailure{};
        }
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
            return handoff::send_text(conversation, counselor, action.text, now, action.seen_seq);
        }
        handoff::Outcome operator()(const SendMedia& action) const
        {
            return handoff::send_text(conversation, counselor, action.file_name, now, action.seen_seq);
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
        handoff::Outcome operator()(const ReturnToBot& action) const
        {
            return handoff::return_to_bot(conversation, counselor, playbook, now, action.seen_seq);
        }
        handoff::Outcome operator()(const Close& action) const
        {
            return handoff::close(conversation, counselor, action.outcome, action.say_goodbye, playbook, now, action.seen_seq,
                                  action.judged);
        }
        handoff::Outcome operator()(const SetRisk& action) const
        {
            return handoff::set_risk(conversation, counselor, action.level, action.reason, now, action.seen_seq);
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
            return handoff::end_disguise(conversation, counselor, action.reason, now, action.seen_seq);
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

}  // namespace tsunagi::desk
