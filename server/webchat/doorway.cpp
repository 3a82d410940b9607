#include "server/webchat/doorway.h"

#include "bot/flow/decide.h"
#include "handoff/queue/may_begin.h"

#include <utility>

namespace tsunagi::webchat {
namespace {

using store::Space;

/// Whether staff agreed with her that LINE may be used to reach her.
bool agreed_with_staff(const bot::Conversation& conversation)
{
    return conversation.safe_contact.may_push && conversation.safe_contact.channel == "line";
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
    notice.message.text = bot::message_text(*playbook, conversation.language, key, {{"link", link}});
    notice.message.quick_replies.push_back(
        {bot::message_text(*playbook, conversation.language, "door.button"), desk::door_button_data});
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
    notice.message.text = bot::message_text(*playbook, conversation.language, "safety.disguise");
    notice.writes.push_back({Space::session, std::exchange(bell.open_door, {}), std::nullopt});
    bell.at = desks_.clock().now();
    return notice;
}

net::awaitable<std::optional<desk::DoorNotice>> Doorway::notice(bot::Conversation conversation, desk::DoorOccasion occasion)
{
    const bool answered = occasion != desk::DoorOccasion::she_wrote;
    const auto topic = Listeners::topic_of_conversation(conversation.desk.text, conversation.id.text);
    if (answered && listeners_.heard(topic)) co_return std::nullopt;  // her page shows it at this moment
    const std::string key = secrets_.bell_key(conversation.desk.text, conversation.id.text);
    const auto row = co_await desks_.store().get(Space::session, key);
    auto bell = row ? decode<Bell>(row->bytes) : std::nullopt;
    if (!bell) bell.emplace();
    const bool is_hidden = conversation.risk.disguised;
    if (is_hidden && answered) co_return std::nullopt;
    if (occasion == desk::DoorOccasion::hours_began && !bell->waits) co_return std::nullopt;  // she came, or wrote, before
    if (answered) {
        const bool may_ring = (bell->wanted || agreed_with_staff(conversation)) && !bell->rung;
        const auto allowed = handoff::may_begin_at(conversation.safe_contact, desks_.clock().now());
        if (!may_ring || !allowed) co_return std::nullopt;
        bell->waits = *allowed > desks_.clock().now();
        bell->rung = !bell->waits;
        if (bell->waits) {
            desk::DoorNotice later{.message = {}, .waits_until = *allowed, .expects = {}, .writes = {}};
            keep(*bell, key, row, later);
            co_return later;
        }
    }
    bell->waits = false;
    const bool is_first = conversation.revision <= 1;
    const char* words = answered ? "door.ring" : is_first ? "door.greeting" : "door.answer";
    auto notice = is_hidden ? without_link(conversation, *bell) : with_link(conversation, words, *bell);
    if (!notice) co_return std::nullopt;
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
    bell->rung = false;
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
    if (bell->rung || bell->waits) {
        bell->rung = bell->waits = false;
        store::Batch batch;
        batch.expects.push_back({Space::session, key, row->version});
        batch.writes.push_back({Space::session, key, encode(*bell)});
        co_await desks_.store().commit(std::move(batch));  // if it fails, her page's next look does it
    }
    co_return bell->wanted;
}

}  // namespace tsunagi::webchat
