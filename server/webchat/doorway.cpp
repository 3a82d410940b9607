#include "server/webchat/doorway.h"

#include "bot/flow/decide.h"
#include "server/webchat/records.h"

namespace tsunagi::webchat {
namespace {

using store::Space;

/// Whether staff agreed with her that LINE may be used to reach her.
bool agreed_with_staff(const bot::Conversation& conversation)
{
    return conversation.safe_contact.may_push && conversation.safe_contact.channel == "line";
}

}  // namespace

Doorway::Doorway(desk::DeskService& desks, const Secrets& secrets, const Listeners& listeners, std::string public_url)
    : desks_(desks), secrets_(secrets), listeners_(listeners), public_url_(std::move(public_url))
{
}

/// The catalogue's neutral `key` with a new link, whose hash is committed with it.
desk::DoorNotice Doorway::with_link(const bot::Conversation& conversation, const char* key) const
{
    const auto playbook = desks_.playbooks().current(conversation.desk);
    const std::string door = secrets_.new_door();
    const std::string link = public_url_ + "/chat/" + conversation.desk.text + "#" + door;
    desk::DoorNotice notice;
    notice.message.text = bot::message_text(*playbook, conversation.language, key, {{"link", link}});
    notice.message.quick_replies.push_back(
        {bot::message_text(*playbook, conversation.language, "door.button"), desk::door_button_data});
    const Door row{conversation.desk, conversation.person, conversation.id, desks_.clock().now() + door_life};
    notice.writes.push_back({Space::session, secrets_.door_key(door), encode(row)});
    return notice;
}

net::awaitable<std::optional<desk::DoorNotice>> Doorway::notice(bot::Conversation conversation, desk::DoorOccasion occasion)
{
    if (occasion == desk::DoorOccasion::she_wrote) {
        const bool is_first = conversation.revision <= 1;
        co_return with_link(conversation, is_first ? "door.greeting" : "door.answer");
    }
    const auto topic = Listeners::topic_of_conversation(conversation.desk.text, conversation.id.text);
    if (listeners_.heard(topic)) co_return std::nullopt;  // her page shows it at this moment
    const std::string key = secrets_.bell_key(conversation.desk.text, conversation.id.text);
    const auto row = co_await desks_.store().get(Space::session, key);
    auto bell = row ? decode<Bell>(row->bytes) : std::nullopt;
    if (!bell) bell.emplace();
    const bool may_ring = (bell->wanted || agreed_with_staff(conversation)) && !bell->rung;
    if (!may_ring) co_return std::nullopt;
    auto notice = with_link(conversation, "door.ring");
    bell->rung = true;
    bell->at = desks_.clock().now();
    notice.expects.push_back({Space::session, key, row ? row->version : store::absent});
    notice.writes.push_back({Space::session, key, encode(*bell)});
    co_return notice;
}

net::awaitable<bool> Doorway::set_bell(DeskId desk, ConversationId conversation, bool wanted)
{
    const std::string key = secrets_.bell_key(desk.text, conversation.text);
    store::Batch batch;
    batch.writes.push_back({Space::session, key, encode(Bell{wanted, false, desks_.clock().now()})});
    const auto committed = co_await desks_.store().commit(std::move(batch));
    co_return committed.ok();
}

net::awaitable<bool> Doorway::bell_wanted(DeskId desk, ConversationId conversation)
{
    std::string key = secrets_.bell_key(desk.text, conversation.text);
    const auto row = co_await desks_.store().get(Space::session, std::move(key));
    const auto bell = row ? decode<Bell>(row->bytes) : std::nullopt;
    co_return bell && bell->wanted;
}

}  // namespace tsunagi::webchat
