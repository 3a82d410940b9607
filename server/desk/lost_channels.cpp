#include "server/desk/lost_channels.h"

#include "server/store/keys.h"

#include <algorithm>
#include <utility>

namespace tsunagi::desk {
namespace {

const config::DeskConfig* desk_of(const config::Loaded& config, const DeskId& id)
{
    const auto found = std::ranges::find(config.desks, id, &config::DeskConfig::id);
    return found == config.desks.end() ? nullptr : &*found;
}

bool has_channel(const config::DeskConfig& desk, const std::string& name)
{
    return std::ranges::find(desk.line_channels, name, &config::LineChannel::name) != desk.line_channels.end();
}

}  // namespace

net::awaitable<std::vector<LostChannel>> lost_channels(store::Store& store, const config::Loaded& config)
{
    std::vector<store::KnownDoor> doors;
    auto range = store::identities_everywhere();
    range.limit = 1;
    for (;;) {
        const auto rows = co_await store.scan(range);
        if (rows.empty()) break;
        auto door = store::door_of_identity_key(rows.front().key);
        if (!door) {
            range = store::resume_after(range, rows.front().key);
            continue;
        }
        range.from = store::identities_beyond(*door).from;
        if (door->kind == bot::ChannelKind::line) doors.push_back(std::move(*door));
    }

    std::vector<LostChannel> lost;
    for (const auto& door : doors) {
        const auto* desk = desk_of(config, door.desk);
        if (desk != nullptr && has_channel(*desk, door.channel)) continue;
        const auto is_new = [&](const config::LineChannel& channel) {
            return std::ranges::none_of(doors, [&](const store::KnownDoor& other) { return other.desk == door.desk && other.channel == channel.name; });
        };
        const bool looks_renamed = desk != nullptr && std::ranges::any_of(desk->line_channels, is_new);
        lost.push_back({.desk = door.desk, .channel = door.channel, .is_desk_gone = desk == nullptr, .looks_renamed = looks_renamed});
    }
    co_return lost;
}

std::string what_happened(const LostChannel& lost)
{
    const auto place = "desk " + lost.desk.text + ": people are known by the LINE channel \"" + lost.channel + "\", ";
    const std::string missing = lost.is_desk_gone ? "and config has no such desk" : "which config no longer names";
    return place + missing +
           "; whoever of them writes now is somebody new to us, without her record, her level of danger and her safe word, and nothing can be sent to "
           "those known before";
}

std::string what_to_do(const LostChannel& lost)
{
    const auto file = "config/desks/" + lost.desk.text + "/desk.yaml";
    if (lost.is_desk_gone) return "if its folder was renamed, give it the old name back; if the desk was closed for good, nothing is to be done";
    return "if the channel was renamed, stop the server and give it its old name back in " + file +
           "; if that account was closed for good, nothing is to be done, its records stay";
}

bool is_essential(const LostChannel& lost) { return lost.is_desk_gone || lost.looks_renamed; }

}  // namespace tsunagi::desk
