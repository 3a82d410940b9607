#include "server/webchat/doorway.h"

#include "bot/flow/decide.h"
#include "handoff/queue/may_begin.h"
#include "handoff/queue/ring_again.h"
#include "handoff/queue/wake.h"
#include "server/store/keys.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tsunagi::webchat {
namespace {

using store::Space;

constexpr std::size_t waiting_rows_max = 500;  // more than can wait for one person

/// Whether staff agreed with her that LINE may be used to reach her.
bool agreed_with_staff(const bot::Conversation& conversation)
{
    return conversation.safe_contact.may_push && conversation.safe_contact.channel == "line";
}

/// She is here: what waited for her is over, and what she does not hear of next is told anew.
void came(Bell& bell)
{
    bell.rung = bell.waits = bell.lost_told = false;
    bell.refused = 0;
}

/// Commits `bell` together with `notice`.
void keep(const Bell& bell, const std::string& key, const std::optional<store::Value>& row, desk::DoorNotice& notice)
{
    notice.expects.push_back({Space::session, key, row ? row->version : store::absent});
    notice.writes.push_back({Space::session, key, encode(bell)});
}

}  // namespace

Doorway::Doorway(desk::DeskService& desks, const Secrets& secrets, const Listeners& listeners, std::string public_url)
    : desks_(desks), secrets_(secrets), listeners_(listeners), public_url_(std::move(public_url))
{
}

/// The catalogue's neutral `key` with a new link, whose hash is committed with it; the link before it is closed: whoever
/// picks up her phone finds at most one that opens.
desk::DoorNotice Doorway::with_link(const bot::Conversation& conversation, const char* key, Bell& bell) const
{
    const auto playbook = desks_.playbooks().current(conversation.desk);
    const std::string door = secrets_.new_door();
    const std::string link = public_url_ + "/chat/" + conversation.desk.text + "#" + door;
    const auto now = desks_.clock().now();
    desk::DoorNotice notice;
    auto& message = notice.message.emplace();
    message.text = bot::message_text(*playbook, conversation.language, key, {{"link", link}});
    message.quick_replies.push_back({bot::message_text(*playbook, conversation.language, "door.button"), desk::door_button_data});
    const Door row{conversation.desk, conversation.person, conversation.id, now + door_life};
    if (!bell.open_door.empty()) notice.writes.push_back({Space::session, bell.open_door, std::nullopt});
    bell.open_door = secrets_.door_key(door);
    bell.at = now;
    notice.writes.push_back({Space::session, bell.open_door, encode(row)});
    return notice;
}

/// Harmless words in place of the link she was given last, which is closed; nothing when she has none.
std::optional<desk::DoorNotice> Doorway::without_link(const bot::Conversation& conversation, Bell& bell) const
{
    if (bell.open_door.empty()) return std::nullopt;
    const auto playbook = desks_.playbooks().current(conversation.desk);
    desk::DoorNotice notice;
    notice.message.emplace().text = bot::message_text(*playbook, conversation.language, "safety.disguise");
    notice.writes.push_back({Space::session, std::exchange(bell.open_door, {}), std::nullopt});
    bell.at = desks_.clock().now();
    return notice;
}

/// From when on an answer may ring, not before `earliest`: then, or when her hours begin; nothing when it may not.
std::optional<TimePoint> Doorway::may_ring_at(const bot::Conversation& conversation, const Bell& bell, TimePoint earliest) const
{
    const bool wished = bell.wanted || agreed_with_staff(conversation);
    if (!wished || bell.rung || conversation.risk.disguised || conversation.blocked_at) return std::nullopt;
    return handoff::may_begin_at(conversation.safe_contact, earliest);
}

Doorway::Ringing Doorway::ringing(const bot::Conversation& conversation, desk::DoorOccasion occasion, Bell& bell) const
{
    using desk::DoorOccasion;
    const bool is_late = occasion == DoorOccasion::ring_late;
    const bool did_not_ring = is_late || occasion == DoorOccasion::ring_lost;
    if (occasion == DoorOccasion::wait_ended && !bell.waits) return {};  // she came, or wrote, before
    if (did_not_ring && !std::exchange(bell.rung, false)) return {};     // she came before
    if (is_late) ++bell.refused;

    const auto now = desks_.clock().now();
    auto pause = std::optional<std::chrono::minutes>{0};  // who answers now has it tried now
    if (occasion != DoorOccasion::we_answered) pause = handoff::ring_again_after(bell.refused, conversation.holder.is_closed());
    const bool is_lost = occasion == DoorOccasion::ring_lost || !pause;
    const TimePoint earliest = is_late && pause ? now + *pause : now;
    const auto allowed = may_ring_at(conversation, bell, earliest);
    if (!allowed && !did_not_ring && !is_lost) return {};

    bell.rung = allowed && !is_lost && *allowed <= now;
    bell.waits = allowed && !is_lost && !bell.rung;
    if (bell.rung) return {.goes = true};
    desk::DoorNotice kept;
    if (bell.waits) {
        kept.waits_until = *allowed;
        const bool is_first_pause = bell.refused == handoff::refused_rings_at_once + 1;
        if (*allowed != earliest) kept.tells = "event.ring_waits";
        else if (is_first_pause) kept.tells = "event.ring_refused";
    }
    if (is_lost) {
        bell.refused = 0;
        const bool is_news = allowed && !std::exchange(bell.lost_told, true);
        if (is_news) kept.tells = "event.ring_lost";
    }
    return {.goes = false, .instead = std::move(kept)};
}

net::awaitable<Doorway::TakenAway> Doorway::take_ring_away(DeskId desk, ConversationId conversation)
{
    TakenAway taken;
    auto range = store::outbox_of(desk, conversation);
    range.limit = waiting_rows_max;
    const auto rows = co_await desks_.store().scan(std::move(range));
    for (const auto& row : rows) {
        const auto waiting = store::decode<store::OutboxRow>(row.value.bytes);
        if (!waiting.ok() || !waiting->is_ring) continue;
        taken.was_unheard |= !waiting->first_attempt_at || waiting->refused_so_far;
        taken.expects.push_back({Space::outbox, row.key, row.value.version});
        taken.writes.push_back({Space::outbox, row.key, std::nullopt});
    }
    for (const char* ended : {handoff::timer_ring_late, handoff::timer_ring_lost}) {  // one that ended just now, about which nobody has asked yet
        const std::string name_key = store::timer_name_key(desk, conversation, ended);
        const auto set = co_await desks_.store().get(Space::timer, name_key);
        if (!set) continue;
        taken.was_unheard = true;
        taken.expects.push_back({Space::timer, name_key, set->version});
        taken.writes.push_back({Space::timer, name_key, std::nullopt});
        const auto timer = store::decode<store::Timer>(set->bytes);
        if (timer.ok()) taken.writes.push_back({Space::timer, store::timer_key(timer->due, desk, conversation, ended), std::nullopt});
    }
    co_return taken;
}

net::awaitable<std::optional<desk::DoorNotice>> Doorway::notice(bot::Conversation conversation, desk::DoorOccasion occasion)
{
    using desk::DoorOccasion;
    const bool answered = occasion != DoorOccasion::she_wrote;
    const auto topic = Listeners::topic_of_conversation(conversation.desk.text, conversation.id.text);
    if (answered && listeners_.heard(topic)) co_return std::nullopt;  // her page shows it at this moment
    const std::string key = secrets_.bell_key(conversation.desk.text, conversation.id.text);
    const auto row = co_await desks_.store().get(Space::session, key);
    auto bell = row ? decode<Bell>(row->bytes) : std::nullopt;
    if (!bell) bell.emplace();
    TakenAway earlier;
    if (answered) {
        auto ring = ringing(conversation, occasion, *bell);
        if (ring.instead) keep(*bell, key, row, *ring.instead);
        if (!ring.goes) co_return std::move(ring.instead);
    } else {
        const bool was_rung = bell->rung;
        came(*bell);
        if (was_rung) {
            DeskId desk = conversation.desk;
            ConversationId hers = conversation.id;
            earlier = co_await take_ring_away(std::move(desk), std::move(hers));
            bell->rung = !earlier.was_unheard;
        }
    }
    const bool is_first = conversation.revision <= 1;
    const char* words = answered ? "door.ring" : is_first ? "door.greeting" : "door.answer";
    auto notice = conversation.risk.disguised ? without_link(conversation, *bell) : with_link(conversation, words, *bell);
    if (!notice) co_return std::nullopt;
    std::ranges::move(earlier.expects, std::back_inserter(notice->expects));
    std::ranges::move(earlier.writes, std::back_inserter(notice->writes));
    keep(*bell, key, row, *notice);
    co_return notice;
}

net::awaitable<bool> Doorway::set_bell(DeskId desk, ConversationId conversation, bool wanted)
{
    const std::string key = secrets_.bell_key(desk.text, conversation.text);
    const auto row = co_await desks_.store().get(Space::session, key);
    auto bell = row ? decode<Bell>(row->bytes) : std::nullopt;
    if (!bell) bell.emplace();
    bell->wanted = wanted;
    came(*bell);
    bell->at = desks_.clock().now();
    store::Batch batch;
    batch.expects.push_back({Space::session, key, row ? row->version : store::absent});
    batch.writes.push_back({Space::session, key, encode(*bell)});
    const auto committed = co_await desks_.store().commit(std::move(batch));
    co_return committed.ok();
}

net::awaitable<bool> Doorway::she_reads(DeskId desk, ConversationId conversation)
{
    const std::string key = secrets_.bell_key(desk.text, conversation.text);
    const auto row = co_await desks_.store().get(Space::session, key);
    auto bell = row ? decode<Bell>(row->bytes) : std::nullopt;
    if (!bell) co_return false;
    if (bell->rung || bell->waits || bell->lost_told || bell->refused > 0) {
        TakenAway ring;
        if (bell->rung) ring = co_await take_ring_away(desk, conversation);
        came(*bell);
        store::Batch batch;
        batch.expects = std::move(ring.expects);
        batch.writes = std::move(ring.writes);
        batch.expects.push_back({Space::session, key, row->version});
        batch.writes.push_back({Space::session, key, encode(*bell)});
        co_await desks_.store().commit(std::move(batch));  // if it fails, her page's next look does it
    }
    co_return bell->wanted;
}

}  // namespace tsunagi::webchat
