#include "server/desk/desk_parts.h"

#include "handoff/queue/wake.h"
#include "server/store/keys.h"

#include <optional>
#include <string>
#include <utility>

namespace tsunagi::desk {
namespace {

using store::Space;

/// What the doorway is asked about when the timer `name` is due.
std::optional<DoorOccasion> door_occasion(const std::string& name)
{
    if (name == handoff::timer_door_ring) return DoorOccasion::wait_ended;
    if (name == handoff::timer_ring_late) return DoorOccasion::ring_late;
    if (name == handoff::timer_ring_lost) return DoorOccasion::ring_lost;
    return std::nullopt;
}

}  // namespace

net::awaitable<bool> DeskService::wake(store::Timer timer)
{
    if (desk(timer.desk) == nullptr) co_return false;  // taken out of config: it stays, for the day the desk comes back
    const auto unlocked = co_await load(timer.desk, timer.conversation);
    if (!unlocked) co_return co_await forget(std::move(timer));
    const std::string identity = identity_key(timer.desk, unlocked->conversation.address);
    std::string turn_key = identity;
    const auto turn = co_await turns_.take(std::move(turn_key));
    recent_.forget(identity);  // as for a command
    co_await make_known(identity);

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
                        .timers = {},
                        .now = now};
        if (const auto* config = desk(timer.desk)) input.on_call = on_call_targets(config->on_call);
        std::optional<DoorNotice> notice;
        if (const auto occasion = door_occasion(timer.name)) notice = co_await ring(decision, *occasion);
        if (notice) input.door_notice = std::move(notice->message);
        input.timers = co_await timers_touched(decision);
        const bot::Conversation next = decision.next;
        auto plan = plan_commit(input, std::move(decision));
        plan.batch.expects.push_back({Space::timer, name_key, set->version});  // so that it fires once
        if (notice) append(plan.batch, std::move(notice->expects), std::move(notice->writes));
        const auto committed = co_await commit(std::move(plan.batch));
        if (committed.ok()) {
            published(next, std::move(plan.outbox));
            co_return true;
        }
        if (committed.error() != store::CommitFailure::conflict) {
            doubt(identity, next, std::move(plan.outbox), std::move(plan.media));
            co_return false;
        }
    }
    co_return false;
}

/// A timer whose conversation is not there.
net::awaitable<bool> DeskService::forget(store::Timer timer)
{
    store::Batch batch;
    batch.writes.push_back({Space::timer, store::timer_key(timer.due, timer.desk, timer.conversation, timer.name), std::nullopt});
    batch.writes.push_back({Space::timer, store::timer_name_key(timer.desk, timer.conversation, timer.name), std::nullopt});
    const auto committed = co_await store_.commit(std::move(batch));
    co_return committed.ok();
}

}  // namespace tsunagi::desk
