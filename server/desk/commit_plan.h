#pragma once
#include "bot/conversation/decision.h"
#include "server/desk/on_call_notice.h"
#include "server/store/records.h"
#include "server/store/store.h"

#include <string>
#include <vector>

namespace tsunagi::desk {

/// Everything one event or command changes, as one batch, and the requests that may go out once it is durable.
struct CommitPlan {
    store::Batch batch;
    std::vector<store::OutboxRow> outbox;
    std::vector<store::MediaWork> media;  ///< to be fetched once it is durable
    bot::Conversation next;  ///< what the batch makes of it
    std::string next_record; ///< the same as the batch writes it
};

/// What a plan is made of.
struct PlanInput {
    const bot::Conversation* before = nullptr;  ///< as it was loaded; null for a conversation that begins
    store::Version version = store::absent;     ///< the version it was loaded at
    const bot::ChannelAddress* from = nullptr;  ///< where what she sent came from; null: her conversation's own address
    std::string cause;                          ///< event id or idempotency key: retry keys are derived from it
    std::string cause_key;                      ///< key in Space::event that must still be absent
    std::string cause_record;                   ///< what is written there
    std::optional<bot::ReplyToken> reply;
    /// False: the desk's LINE is only a doorway, and no message of ours may go out there.
    bool content_on_line = true;
    /// The neutral words that go to LINE in place of content; only with content_on_line false.
    std::optional<bot::OutboundMessage> door_notice;
    std::vector<OnCallTarget> on_call;  ///< whom the desk tells out of hours
    std::vector<store::Timer> timers;           ///< those set for this conversation, when the decision touches any
    TimePoint now;
};

/// Puts `decision` into one atomic batch: the conversation (its version expected), the log, the place in the console's
/// lists, the outbox, the timers, and the cause's id for de-duplication. Pure.
///
/// What goes to a web chat needs no request: its page reads the log, so the entries are accepted with the commit and there
/// is no outbox row. The same holds for every message of a desk whose LINE is only a doorway; then `door_notice` is the one
/// row, in nobody's log.
///
/// A `Send` that handoff::may_send forbids for the new holder is left out of the outbox and its entries are marked failed:
/// the last check that the bot never talks over a person. So is a push that we begin outside her hours (may_begin.h).
CommitPlan plan_commit(const PlanInput& input, bot::Decision decision);

/// `X-Line-Retry-Key`: a UUID (version 8) derived from what caused the request and its number, so that a retry after a
/// crash is the same request to LINE (architecture.md, step 6).
std::string retry_key(const DeskId& desk, const ConversationId& conversation, const std::string& cause, std::size_t number);

}  // namespace tsunagi::desk
